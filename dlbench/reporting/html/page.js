"use strict";
(() => {
  const themes = JSON.parse(document.getElementById("themes").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let printing = false;

  // Figures: drawn when they come into view, all of them before printing, again when the scheme changes.
  const drawn = new Map();

  function draw(plot) {
    const scheme = dark.matches && !printing ? "dark" : "light";
    if (!plot.clientWidth || drawn.get(plot)?.scheme === scheme) return drawn.get(plot)?.done;
    const before = drawn.get(plot);
    const spec = JSON.parse(plot.parentElement.querySelector("script.spec").textContent);
    const options = {
      actions: false, ast: true, renderer: "svg", defaultStyle: false, config: themes[scheme],
      tooltip: { theme: "custom", disableDefaultStyle: true },
    };
    const done = Promise.resolve(before?.done).then((view) => view?.finalize()).then(() => vegaEmbed(plot, spec, options));
    drawn.set(plot, { scheme, done });
    done.then(
      () => {
        plot.querySelectorAll("[role], [aria-roledescription]").forEach((node) => {
          node.removeAttribute("role");  // the plot as a whole is the picture, and its label says what it shows
          node.removeAttribute("aria-roledescription");
        });
        plot.classList.add("drawn");
      },
      (error) => { plot.textContent = "This figure cannot be drawn; its numbers stand below."; console.error(error); },
    );
    return done;
  }

  const plots = [...document.querySelectorAll(".plot")];
  const drawAll = () => Promise.allSettled(plots.map(draw));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  }, { rootMargin: "600px" });
  plots.forEach((plot) => seen.observe(plot));
  dark.addEventListener("change", () => plots.filter((plot) => drawn.has(plot)).forEach(draw));
  document.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelectorAll(".plot").forEach((plot) => seen.observe(plot));
  }, true);

  // Paper: light, with everything open that is closed only for the eye.
  let opened = [];
  addEventListener("beforeprint", () => {
    printing = true;
    opened = [...document.querySelectorAll("details.point:not([open])")];
    opened.forEach((one) => { one.open = true; });
    drawAll();
  });
  addEventListener("afterprint", () => {
    printing = false;
    opened.forEach((one) => { one.open = false; });
    plots.filter((plot) => drawn.has(plot)).forEach(draw);
  });

  // The leaderboard: headings sort, lists filter.
  const board = document.getElementById("board");
  const body = board.tBodies[0];
  const lines = [...body.rows];
  const filters = document.querySelector(".filters");
  const heads = [...board.tHead.rows[0].cells];

  function shown(line, wanted) {
    return (!wanted.place || line.dataset.place === wanted.place)
      && (!wanted.kind || line.dataset.kind === wanted.kind)
      && (!wanted.metric || (wanted.metric === "primary" ? "primary" in line.dataset : line.dataset.metric === wanted.metric));
  }

  function filter() {
    const wanted = Object.fromEntries(new FormData(filters));
    let count = 0;
    for (const line of lines) {
      line.hidden = !shown(line, wanted);
      count += line.hidden ? 0 : 1;
    }
    filters.querySelector("output").textContent = `${count} of ${lines.length} lines`;
  }

  function value(line, column, kind) {
    const cell = line.cells[column];
    if (kind === "text") return cell.textContent.trim();
    return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  }

  function sort(head, column) {
    const kind = head.classList.contains("number") ? "number" : "text";
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach((one) => one.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = lines.map((line, place) => ({ line, place, key: value(line, column, kind) }));
    keyed.sort((one, other) => {
      if (one.key === null || other.key === null) return (one.key === null) - (other.key === null) || one.place - other.place;
      const order = kind === "text" ? one.key.localeCompare(other.key) : one.key - other.key;
      return (up ? order : -order) || one.place - other.place;
    });
    body.append(...keyed.map((held) => held.line));
  }

  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(head, column)));
  filters.addEventListener("change", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // On a small screen the contents start closed.
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".contents details").open = false;
  window.dlbench = { drawAll, plots };
})();
