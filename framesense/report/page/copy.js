// Copies the film's shots as an EDL or a table.
const texts = JSON.parse(document.getElementById("exports").textContent);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an older browser, or one that does not trust a page from disk
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    await copy(texts[button.dataset.copy]);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = name; }, 1500);
  });
}
