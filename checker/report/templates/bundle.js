
"use strict";
(() => {
  const root = document.documentElement, by = id => document.getElementById(id);
  const articles = [...document.querySelectorAll("article")], last = articles.length - 1;
  const marked = new Map();
  for (const one of document.querySelectorAll("[data-step]")) {
    const number = Number(one.dataset.step);
    marked.set(number, [...(marked.get(number) || []), one]);
  }
  const cells = [...document.querySelectorAll(".matrix tbody tr")].map(row => [...row.querySelectorAll("td")]);
  const figures = [...document.querySelectorAll("#sources figure")];
  let now = -1;

  // Without this script the address leads to the article of that name; with it, the script shows the step.
  articles.forEach(one => one.removeAttribute("id"));
  root.classList.add("stepping");
  document.querySelectorAll("#player,#theme,.save").forEach(one => { one.hidden = false; });

  function show(number, aloud) {
    number = Math.max(0, Math.min(last, number));
    if (number === now) return;
    if (now >= 0) toggle(now, false);
    now = number;
    toggle(now, true);
    const shown = articles[now].querySelector(".shows")?.dataset.shows || "";
    const wanted = new Set(shown.split(" ").filter(Boolean));
    figures.forEach((one, index) => one.classList.toggle("now", wanted.has(String(index))));
    const name = now ? `Step ${now} of ${last}` : `The initial state, of ${last} steps`;
    const said = `${name}: ${articles[now].dataset.call}`;
    by("slider").value = String(now);
    by("slider").setAttribute("aria-valuetext", said);
    by("permalink").textContent = `${now} / ${last}`;
    by("permalink").href = `#step=${now}`;
    by("back").disabled = by("first").disabled = now === 0;
    by("forth").disabled = by("last").disabled = now === last;
    if (aloud) by("said").textContent = said;
    const row = document.querySelector("svg a.now"), box = document.querySelector(".lanes .scroll");
    const middle = Number(row.querySelector("rect").getAttribute("y")) - box.clientHeight / 2;
    box.scrollTop = middle;
  }

  function toggle(number, on) {
    articles[number].classList.toggle("now", on);
    for (const one of marked.get(number) || []) {
      one.classList.toggle("now", on);
      if (one.matches("a")) on ? one.setAttribute("aria-current", "step") : one.removeAttribute("aria-current");
    }
    for (const row of cells) row[number].classList.toggle("now", on);
  }

  // The address is replaced, so that the browser's way back leads out of the bundle.
  function go(number) {
    show(number, true);
    location.replace(`#step=${now}`);
  }

  function fromAddress() {
    const found = /^#step=(\d{1,9})$/.exec(location.hash);
    if (found) show(Number(found[1]), true);
  }

  by("slider").addEventListener("input", event => go(Number(event.target.value)));
  by("first").addEventListener("click", () => go(0));
  by("back").addEventListener("click", () => go(now - 1));
  by("forth").addEventListener("click", () => go(now + 1));
  by("last").addEventListener("click", () => go(last));
  document.querySelectorAll(".matrix thead th[data-step]").forEach(one =>
    one.addEventListener("click", () => go(Number(one.dataset.step))));
  window.addEventListener("hashchange", fromAddress);
  document.addEventListener("keydown", event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input,[tabindex='0']")) return;
    const keys = {ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last};
    if (!(event.key in keys)) return;
    event.preventDefault();
    go(keys[event.key]);
  });

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
  const name = () => { by("theme").textContent = isDark() ? "Light" : "Dark"; };
  by("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });
  dark.addEventListener("change", name);
  name();

  document.querySelectorAll(".save").forEach(one => one.addEventListener("click", () => {
    const text = by(one.dataset.from).textContent;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], {type: "application/octet-stream"}));
    link.download = one.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }));

  show(0, false);
  fromAddress();
  scrollTo(0, 0);
})();
