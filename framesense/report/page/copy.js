// Copies the shots that are shown, in the film's order, as an EDL or a table.
const copies = JSON.parse(document.getElementById("copies").textContent);
let shown = null; // all of them, till the filter speaks
document.addEventListener("shown", ({ detail }) => { shown = detail; });

const text = ([head, ...shots]) => head + shots.filter((_, index) => shown?.[index] ?? true).join("");

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch { // an older browser, or one that does not trust a page from disk
    const area = Object.assign(document.createElement("textarea"), { value: words });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    await copy(text(copies[button.dataset.copy]));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = name; }, 1500);
  });
}
