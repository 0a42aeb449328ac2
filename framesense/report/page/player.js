// Plays a shot of the film that lies beside the page; without it, shows the still.
// Others ask by the event "watch" with the shot's index.
const { shots } = JSON.parse(document.getElementById("data").textContent);
const dialog = document.getElementById("player");
const video = dialog.querySelector("video");
const sources = [...video.querySelectorAll("source")];
const still = dialog.querySelector(".screen img");
const absent = dialog.querySelector(".absent");
const about = dialog.querySelector(".about");
const buttons = Object.fromEntries([...dialog.querySelectorAll("button")].map((b) => [b.name, b]));
const cards = [...document.getElementById("cards").children];
let now = 0;

function open(index) {
  now = index;
  const card = cards[index];
  dialog.querySelector("h2").textContent =
    `Shot ${index + 1} · ${card.querySelector(".when").textContent.trim()}`;
  about.replaceChildren(...[...card.querySelectorAll(".caption, .lines, .written")].map((part) => part.cloneNode(true)));
  still.src = card.querySelector("img")?.src ?? "";
  buttons.before.disabled = !nextShown(-1);
  buttons.after.disabled = !nextShown(1);
  if (!dialog.open) dialog.showModal();
  if (!video.src && !sources[0].src) load();
  play();
}

// Nothing is read from disk before a shot is played.
function load() {
  for (const source of sources) source.src = source.dataset.src;
  video.load();
}

function play() {
  video.currentTime = shots[now].start;
  video.play().catch(() => {}); // without the film, or before the reader touched the page
}

// The film stops where the shot ends; played on from there, it begins the shot again.
function watch() {
  const { start, end } = shots[now];
  if (video.currentTime >= end - 0.02) {
    video.pause();
    video.currentTime = Math.max(start, end - 0.04); // its last picture, not the next shot's first
  } else if (!video.paused) requestAnimationFrame(watch);
}

function onPlay() {
  const { start, end } = shots[now];
  if (video.currentTime >= end - 0.06 || video.currentTime < start - 0.06) video.currentTime = start;
  requestAnimationFrame(watch);
}

function filmIsThere(there) {
  video.hidden = !there;
  still.hidden = there || !still.getAttribute("src");
  absent.hidden = there;
  absent.querySelector("span").textContent =
    `${about.dataset.name} cannot be played from this page's folder, so here is its still.`;
}

// The card before or after the open one, as they are shown and sorted now.
function nextShown(step) {
  const neighbour = step < 0 ? "previousElementSibling" : "nextElementSibling";
  let card = cards[now][neighbour];
  while (card?.hidden) card = card[neighbour];
  return card;
}

function move(step) {
  const card = nextShown(step);
  if (card) open(Number(card.dataset.shot));
}

video.addEventListener("play", onPlay);
video.addEventListener("error", () => filmIsThere(false));
sources.at(-1).addEventListener("error", () => filmIsThere(false));
video.addEventListener("loadeddata", () => filmIsThere(true));
dialog.querySelector("input").addEventListener("change", ({ target }) => {
  if (!target.files.length) return;
  video.src = URL.createObjectURL(target.files[0]);
  play();
});
buttons.before.addEventListener("click", () => move(-1));
buttons.after.addEventListener("click", () => move(1));
buttons.again.addEventListener("click", play);
buttons.close.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => video.pause());
dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.target === video) return;
  event.preventDefault();
  move(step);
});
document.addEventListener("watch", ({ detail }) => open(detail));
document.getElementById("cards").addEventListener("click", ({ target }) => {
  const card = target.closest(".still")?.parentElement;
  if (card) open(Number(card.dataset.shot));
});
