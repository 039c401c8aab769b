// Times in the reader's zone; the title keeps UTC.
const language = document.documentElement.lang;
const near = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const far = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

export function localTimes(root) {
  const today = new Date().toDateString();
  for (const node of root.querySelectorAll("time[datetime]")) {
    const at = new Date(node.getAttribute("datetime"));
    if (Number.isNaN(at.getTime())) continue;
    const style = node.dataset.style === "exact" ? exact : at.toDateString() === today ? near : far;
    node.textContent = style.format(at);
  }
}
