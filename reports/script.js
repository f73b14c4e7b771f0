"use strict";
(() => {
  const root = document.documentElement;
  const pages = [...document.querySelectorAll(".page")];
  const links = [...document.querySelectorAll("nav a")];
  const form = document.querySelector(".tools");
  const holder = document.getElementById("groups");
  const rows = holder ? [...holder.querySelectorAll(".row")] : [];
  const ruleGroups = holder ? [...holder.children] : [];
  const homes = new Map(rows.map((row) => [row, row.parentElement]));
  const texts = new Map();
  /** A row stands for every finding at its place. */
  const number = (some) => some.reduce((sum, row) => sum + Number(row.dataset.count), 0);
  const all = number(rows);
  let grouping = "rule";

  root.classList.add("script");

  /** Show the page that holds what the address names, and open what is folded around it. */
  function show() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const page = (target && target.closest(".page")) || pages[0];
    for (const one of pages) one.classList.toggle("shown", one === page);
    for (const link of links) {
      if (link.hash === "#" + page.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (!target || target === page) return window.scrollTo(0, 0);
    if (grouping !== "rule" && target.closest(".group") === null && target.id.startsWith("rule-")) return undefined;
    for (let around = target; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") around.open = true;
    }
    return target.scrollIntoView();
  }

  /** What is searched: the row, and what its rule says, each read once. */
  function textOf(row) {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  }

  function aboutOf(row) {
    const home = homes.get(row);
    if (!texts.has(home)) {
      const rule = home.closest(".group");
      texts.set(home, [rule.querySelector("summary"), rule.querySelector(".about")].map((part) => part.textContent).join(" ").toLowerCase());
    }
    return texts.get(home);
  }

  function matches(row, wanted, words) {
    for (const [name, value] of wanted) if (row.dataset[name] !== value) return false;
    return words.length === 0 || words.every((word) => textOf(row).includes(word) || aboutOf(row).includes(word));
  }

  /** Hide what the form does not ask for, and fold groups that have become empty. */
  function filter() {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    const wanted = given.filter(([name]) => name !== "text" && name !== "by");
    const words = (form.elements.text.value.toLowerCase().match(/\S+/g) || []);
    for (const row of rows) row.hidden = !matches(row, wanted, words);
    const seen = number(rows.filter((row) => !row.hidden));
    for (const group of holder.children) {
      const inside = number([...group.querySelectorAll(".row")].filter((row) => !row.hidden));
      group.hidden = inside === 0;
      group.querySelector(".sum").textContent = inside;
      if ((wanted.length || words.length) && seen <= 100) group.open = true;
    }
    document.getElementById("count").textContent =
      seen === all ? `${seen} findings` : `${seen} of ${all} findings`;
  }

  function newGroup(name) {
    const group = document.createElement("details");
    group.className = "group";
    const summary = group.appendChild(document.createElement("summary"));
    for (const [className, text] of [["name", name], ["sum", ""]]) {
      const part = summary.appendChild(document.createElement("span"));
      part.className = className;
      part.textContent = text;
    }
    const inside = group.appendChild(document.createElement("div"));
    inside.className = "rows";
    return group;
  }

  /** Put the findings under new headings; by rule they go home. */
  function regroup() {
    const by = form.elements.by.value;
    if (by === grouping) return;
    grouping = by;
    holder.classList.toggle("regrouped", by !== "rule");
    if (by === "rule") {
      for (const row of rows) homes.get(row).append(row);
      holder.replaceChildren(...ruleGroups);
      return;
    }
    const groups = new Map();
    for (const row of rows) {
      const name = row.dataset[by] || "no file";
      if (!groups.has(name)) groups.set(name, newGroup(name));
      groups.get(name).lastElementChild.append(row);
    }
    const sorted = [...groups].sort(([, a], [, b]) => number([...b.lastElementChild.children]) - number([...a.lastElementChild.children]));
    holder.replaceChildren(...sorted.map(([, group]) => group));
  }

  function byRuleAgain() {
    if (!form || grouping === "rule") return;
    form.elements.by.value = "rule";
    regroup();
    filter();
  }

  /** A link with a facet sets that filter alone. */
  function facet(link) {
    if (!form) return;
    form.reset();
    const control = form.elements[link.dataset.facet];
    if (control) control.value = link.dataset.value;
    else form.elements.text.value = link.dataset.value;
    if (link.dataset.facet !== "state" && form.elements.state && link.dataset.facet === "severity") form.elements.state.value = "open";
    regroup();
    filter();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    if (link.dataset.facet) facet(link);
    if (link.hash.startsWith("#rule-")) byRuleAgain();
    if (link.hash === location.hash) show();
  });
  window.addEventListener("hashchange", show);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  if (form) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { regroup(); filter(); }));
    let waiting = 0;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { regroup(); filter(); }, 80); });
  }
  show();
})();
