// Hides what does not hold all the words; without it the whole list stays.
"use strict";

const plain = (text) =>
  text.toLocaleLowerCase("tr").normalize("NFD").replace(/\p{M}/gu, "").replace(/ı/g, "i");

const field = document.getElementById("q");
const count = document.getElementById("count");
const entries = Array.from(document.querySelectorAll("li"), (entry) => ({
  entry,
  words: plain(`${entry.textContent} ${entry.dataset.words}`),
}));

function search() {
  const wanted = plain(field.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { entry, words } of entries) {
    entry.hidden = !wanted.every((word) => words.includes(word));
    shown += entry.hidden ? 0 : 1;
  }
  for (const list of document.querySelectorAll("ul")) {
    const empty = !list.querySelector("li:not([hidden])");
    list.hidden = empty;
    list.previousElementSibling.hidden = empty;
  }
  count.textContent = wanted.length ? `${shown} sonuç` : "";
}

field.addEventListener("input", search);
field.focus();
