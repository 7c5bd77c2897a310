// Follows Airflow's theme and language, and opens Airflow's own pages in Airflow's window. Everything works without it.
(() => {
  "use strict";
  const page = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const stored = (name) => {
    try { return localStorage.getItem(name) || ""; } catch { return ""; }
  };
  const paint = () => {
    if (asked.has("theme")) return;
    const theme = stored("theme");
    if (theme === "light" || theme === "dark") page.dataset.theme = theme;
    else delete page.dataset.theme;
  };
  paint();
  // Airflow's window writes the theme it changes to; this one is told.
  addEventListener("storage", paint);

  const language = stored("i18nextLng");
  if (language && !asked.has("lang")) {
    const wanted = language.startsWith("zh") ? "zh-CN" : "en";
    if (wanted !== page.lang) {
      asked.set("lang", wanted);
      location.replace(location.pathname + "?" + asked + location.hash);
    }
  }

  // Airflow shows us in a sandboxed frame that may not navigate its parent, so the parent's own document does it.
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-airflow]");
    if (!link || parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const outer = parent.document.createElement("a");
    outer.href = link.href;
    outer.click();
  });
})();
