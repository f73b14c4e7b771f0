"use strict";
(() => {
  const form = document.querySelector(".tools");
  document.documentElement.classList.add("script");
  if (!form) return;
  const cards = [...document.querySelectorAll(".card")];
  const count = document.getElementById("count");

  /** Show the rules that the form asks for; the address keeps the search, so that it can be sent to somebody. */
  function filter() {
    const wanted = [...new FormData(form)].filter(([name, value]) => name !== "text" && value !== "");
    const words = form.elements.text.value.toLowerCase().match(/\S+/g) || [];
    let seen = 0;
    for (const card of cards) {
      const fits = wanted.every(([name, value]) => card.dataset[name].split(" ").includes(value));
      card.hidden = !(fits && words.every((word) => card.dataset.words.includes(word)));
      seen += !card.hidden;
    }
    count.textContent = seen === cards.length ? `${seen} rules` : `${seen} of ${cards.length} rules`;
  }

  function remember() {
    const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    history.replaceState(null, "", given.size ? `#${given}` : location.pathname.split("/").pop() || ".");
  }

  /** Fill in the form from an address such as index.html#text=CKV_K8S_16&severity=high. */
  function recall() {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    filter();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { filter(); remember(); }));
  form.addEventListener("input", () => { filter(); remember(); });
  window.addEventListener("hashchange", recall);
  recall();
})();
