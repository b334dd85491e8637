// Runs before the first paint, so that the page never flashes in the other theme. Kept in a file
// of its own: a content security policy can then refuse inline scripts.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("sealane.theme") ?? "system";
  } catch {
    // Storage may be blocked; the system's theme will do.
  }
  const dark =
    choice === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : choice === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
