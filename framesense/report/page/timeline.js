// The cursor over the timeline, by pointer or arrow keys: shows the shot there, and plays it.
const { shots } = JSON.parse(document.getElementById("data").textContent);
const lanes = document.querySelector(".lanes");
const barcode = document.getElementById("barcode");
const cursor = lanes.querySelector(".cursor");
const veil = lanes.querySelector(".veil path");
const cards = [...document.getElementById("cards").children];
const [from, to] = shots.length ? [shots[0].start, shots.at(-1).end] : [0, 1];
let now = 0;

const place = (seconds) => (seconds - from) / (to - from || 1);
const play = () => document.dispatchEvent(new CustomEvent("watch", { detail: now }));

function shotAt(clientX) {
  const track = barcode.getBoundingClientRect();
  const share = (clientX - track.left) / track.width;
  if (share < 0 || share > 1) return -1;
  const found = shots.findIndex((shot) => place(shot.end) > share);
  return found < 0 ? shots.length - 1 : found;
}

function show(index, at = place((shots[index].start + shots[index].end) / 2)) {
  now = index;
  const card = cards[index];
  const said = card.querySelector(".caption")?.textContent ?? "";
  const title = `Shot ${index + 1}, ${card.querySelector(".when").textContent.trim()}`;
  cursor.hidden = false;
  cursor.style.setProperty("--at", at);
  const picture = cursor.querySelector("img");
  picture.src = card.querySelector("img")?.src ?? "";
  picture.hidden = !picture.getAttribute("src");
  cursor.querySelector("figcaption").textContent = title;
  barcode.setAttribute("aria-valuenow", index + 1);
  barcode.setAttribute("aria-valuetext", `${title}. ${said}`);
}

const hide = () => { cursor.hidden = true; };

if (shots.length) {
  lanes.addEventListener("pointermove", ({ clientX }) => {
    const index = shotAt(clientX);
    const track = barcode.getBoundingClientRect();
    if (index < 0) hide();
    else show(index, (clientX - track.left) / track.width);
  });
  lanes.addEventListener("pointerleave", hide);
  lanes.addEventListener("click", ({ target, clientX }) => {
    if (target.closest("button") || shotAt(clientX) < 0) return;
    now = shotAt(clientX);
    play();
  });
  barcode.addEventListener("keydown", (event) => {
    const next = {
      ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1,
      PageUp: now + 10, PageDown: now - 10, Home: 0, End: shots.length - 1,
    }[event.key];
    if (next !== undefined) show(Math.min(Math.max(next, 0), shots.length - 1));
    else if (event.key === "Enter" || event.key === " ") play();
    else return;
    event.preventDefault();
  });
  barcode.addEventListener("focus", () => { if (barcode.matches(":focus-visible")) show(now); });
  barcode.addEventListener("blur", hide);
}

// Shots that the filter hides are veiled on the barcode.
document.addEventListener("shown", ({ detail: shown }) => {
  veil.setAttribute("d", shots.filter((_, index) => !shown[index]).map(({ start, end }) => {
    const left = (place(start) * 1000).toFixed(2);
    return `M${left} 0H${(place(end) * 1000).toFixed(2)}V100H${left}z`;
  }).join(""));
});
