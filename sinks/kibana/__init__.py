"""Kibana: data views, saved searches and dashboards from one typed definition, in both forms Kibana takes."""
