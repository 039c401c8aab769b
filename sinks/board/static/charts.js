// Counts over time with uPlot: one line a country or event type.
const LINES = ["--l1", "--l2", "--l3", "--l4", "--l5", "--l6"];
const charts = new Map();
let series = null;
let names = new Map();

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const language = document.documentElement.lang;

function options(kind, width, height) {
  const axis = { stroke: style("--soft"), grid: { stroke: style("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const month = new Intl.DateTimeFormat(language, { month: "short", year: "numeric" });
  const full = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const label = (at, step) => (step < 86400 ? hour : step < 20 * 86400 ? day : month).format(new Date(at * 1000));
  const lines = series[kind].map((line, at) => ({
    label: names.get(line.name) ?? line.name,
    stroke: style(LINES[at % LINES.length]),
    fill: kind === "all" ? `${style(LINES[at % LINES.length])}33` : undefined,
    width: 1.75,
    points: { show: series.x.length < 3 },
    value: (_, value) => (value == null ? "–" : value.toLocaleString(language)),
  }));
  return {
    width, height,
    padding: [8, 8, 0, 0],
    legend: { show: kind !== "all", live: true },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, low, high) => [0, Math.max(4, Math.ceil(high * 1.1))] } },
    axes: [
      { ...axis, values: (_, splits, __, ___, step) => splits.map((at) => label(at, step)), space: 60, size: 28 },
      { ...axis, size: 38, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000], values: (_, splits) => splits.map((value) => value.toLocaleString(language, { notation: "compact" })) },
    ],
    series: [{ value: (_, at) => (at == null ? "" : full.format(new Date(at * 1000))), label: "" }, ...lines],
  };
}

function draw(target) {
  const kind = target.dataset.chart;
  charts.get(target)?.destroy();
  charts.delete(target);
  if (!series?.[kind]?.length || !series.x.length) return;
  const data = [series.x, ...series[kind].map((line) => line.values)];
  charts.set(target, new window.uPlot(options(kind, target.clientWidth, kind === "all" ? 110 : 190), data, target));
}

const all = () => document.querySelectorAll("[data-chart]").forEach(draw);

export function setSeries(next) {
  const same = series && ["country", "type", "all"].every((kind) => JSON.stringify(series[kind]?.map((line) => line.name)) === JSON.stringify(next[kind]?.map((line) => line.name)));
  series = next;
  if (!same) { all(); return; }
  for (const [target, chart] of charts) chart.setData([series.x, ...series[target.dataset.chart].map((line) => line.values)]);
}

export function drawCharts() {
  const place = document.getElementById("series");
  if (!place || !window.uPlot) return;
  series = JSON.parse(place.dataset.series);
  names = new Map(place.dataset.names.split(";").filter(Boolean).map((pair) => pair.split("=")));
  all();
  let timer = 0;
  new ResizeObserver(() => { clearTimeout(timer); timer = setTimeout(all, 150); }).observe(document.querySelector("main"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
}
