// Which shots are shown, and in what order. Others hear of it by the event "shown".
const { shots } = JSON.parse(document.getElementById("data").textContent);
const form = document.getElementById("filters");
const list = document.getElementById("cards");
const cards = [...list.children];
const choices = [...form.elements].filter((field) => field.name === "facet");
const facets = shots.map((shot) => new Set(shot.facets));
shots.forEach((shot, index) => Object.assign(shot, { index, length: shot.end - shot.start }));

// Accents do not matter to a search, nor do capitals.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let texts = null; // of the cards, read when first searched
const searchable = () => (texts ??= cards.map((card) => plain(`${card.textContent} ${card.querySelector(".palette")?.title}`)));

const wanted = () => new FormData(form).getAll("facet").filter(Boolean);
const wantedWords = () => plain(form.elements.text.value).split(/\s+/).filter(Boolean);

function filter() {
  const chosen = wanted();
  const words = wantedWords();
  const shown = shots.map(({ index }) =>
    chosen.every((facet) => facets[index].has(facet)) &&
    (!words.length || words.every((word) => searchable()[index].includes(word))));
  cards.forEach((card, index) => { card.hidden = !shown[index]; });
  tell(shown, chosen.length + words.length > 0);
  for (const button of document.querySelectorAll("button[data-facet]")) {
    button.setAttribute("aria-pressed", chosen.includes(button.dataset.facet));
  }
  document.dispatchEvent(new CustomEvent("shown", { detail: shown }));
}

function tell(shown, narrowed) {
  const count = shown.filter(Boolean).length;
  const seconds = shots.reduce((sum, shot) => sum + (shown[shot.index] ? shot.length : 0), 0);
  const clock = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  document.getElementById("count").textContent =
    narrowed ? `${count} of ${shots.length} shots, ${clock}` : `${shots.length} shots`;
  document.getElementById("clear").hidden = !narrowed;
  document.getElementById("nothing").hidden = count > 0;
}

function sort() {
  const key = form.elements.sort.value.replace("-", "");
  const sign = form.elements.sort.value.startsWith("-") ? -1 : 1;
  const order = [...shots].sort((a, b) => sign * (a[key] - b[key]) || a.index - b.index);
  list.replaceChildren(...order.map(({ index }) => cards[index]));
}

// A name in the header or on the timeline chooses what the form would, or takes it back.
function choose(facet) {
  const offers = (field) => [field, ...(field.options ?? [])].some(({ value }) => value === facet);
  const field = choices.find(offers);
  if (!field) return; // told of the film, but no shot has it
  if (field.type === "checkbox") field.checked = !field.checked;
  else field.value = field.value === facet ? "" : facet;
  filter();
}

function clear() {
  form.elements.text.value = "";
  for (const field of choices) {
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
  }
  filter();
  document.getElementById("count").focus(); // the button is gone
}

form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("input", ({ target }) => { // some fields stand outside the form's element
  if (target.form !== form) return;
  if (target.name === "sort") sort();
  else if (target.name === "boxes") list.classList.toggle("plain", !target.checked);
  else filter();
});
document.getElementById("clear").addEventListener("click", clear);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-facet]");
  if (button) choose(button.dataset.facet);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, select, dialog *")) return;
  event.preventDefault();
  form.elements.text.focus();
});
filter();
