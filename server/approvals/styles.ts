/** What the page of a link looks like. Its colours are those of the page, in `web/tokens.css`. */
export const styles = `:root {
  color-scheme: light dark;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --ground: light-dark(#f6f7fb, #10121c);
  --surface: light-dark(#ffffff, #171a28);
  --raised: light-dark(#eef0f7, #202436);
  --line: light-dark(#d9dce8, #2e3349);
  --line-strong: light-dark(#8a90a8, #6d7491);
  --text: light-dark(#1a1d2e, #e8eaf4);
  --muted: light-dark(#565c74, #a3a9c2);
  --accent: light-dark(#4338ca, #b3adff);
  --on-accent: light-dark(#ffffff, #15122e);
  --focus: light-dark(#4338ca, #b3adff);
  --good: light-dark(#146c3a, #6fdc9a);
  --good-ground: light-dark(#e0f4e7, #12331f);
  --bad: light-dark(#b3192b, #ff98a2);
  --bad-ground: light-dark(#fde7e9, #43181e);
  --wait: light-dark(#8a4b00, #ffc069);
  --wait-ground: light-dark(#fdefd8, #3d2a0b);
  --busy: light-dark(#075e8c, #7fd0f7);
  --busy-ground: light-dark(#def1fb, #0d3145);
  --calm: light-dark(#565c74, #a3a9c2);
  --calm-ground: light-dark(#eceef5, #262a3c);
}
* { box-sizing: border-box; }
body { margin: 0; font: 0.9375rem/1.5 var(--font); color: var(--text); background: var(--ground); overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1, h2, p, dl, dd, ul { margin: 0; }
h1 { min-width: 0; font-size: 1.25rem; line-height: 1.25; font-weight: 650; }
h2 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650; }
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
code, pre { font-family: var(--mono); font-size: 0.92em; }
header, .marks { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.6rem; }
header { gap: 0.35rem 0.75rem; padding-bottom: 0.25rem; }
.to { margin-inline-start: auto; }
section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.6rem; padding: 0.85rem 1rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
.title { font-size: 1.0625rem; font-weight: 600; }
dl { display: grid; gap: 0.35rem; }
dl div { display: grid; grid-template-columns: minmax(5rem, 8.5rem) minmax(0, 1fr); gap: 0.75rem; }
dt, .muted { color: var(--muted); }
dd { min-width: 0; font-variant-numeric: tabular-nums; }
ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.1rem; padding: 0; list-style: none; }
.file { display: flex; flex-wrap: wrap; gap: 0 0.75rem; justify-content: space-between; max-width: 42rem; }
.path { min-width: 0; font-family: var(--mono); font-size: 0.875em; }
.plus, .good { color: var(--good); }
.minus, .bad { color: var(--bad); }
.mark { display: inline-flex; align-items: center; gap: 0.3rem; padding: 0.05rem 0.55rem 0.05rem 0.4rem; border-radius: 999px; font-size: 0.8125rem; font-weight: 550; white-space: nowrap; }
.mark svg { flex: none; width: 0.9rem; height: 0.9rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.mark.good { background: var(--good-ground); }
.mark.bad { background: var(--bad-ground); }
.mark.wait { color: var(--wait); background: var(--wait-ground); }
.mark.busy { color: var(--busy); background: var(--busy-ground); }
.mark.calm { color: var(--calm); background: var(--calm-ground); }
.care, .problem { padding: 0.5rem 0.75rem; border-radius: 6px; color: var(--wait); background: var(--wait-ground); }
.problem { color: var(--bad); background: var(--bad-ground); }
.care a, .problem a { color: inherit; }
[hidden] { display: none !important; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { width: fit-content; cursor: pointer; }
pre { max-height: 20rem; margin: 0.5rem 0 0; padding: 0.6rem 0.75rem; overflow: auto; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; }
form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.35rem; }
label { color: var(--muted); }
input, textarea, button, .apart summary { font: inherit; color: inherit; border: 1px solid var(--line-strong); border-radius: 6px; background: var(--surface); }
textarea, input[type="password"] { width: 100%; padding: 0.4rem 0.625rem; resize: vertical; }
::placeholder { color: var(--muted); opacity: 1; }
.tick { display: flex; align-items: center; gap: 0.5rem; margin-top: 0.5rem; color: inherit; }
.tick input { flex: none; width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--accent); }
.buttons { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: start; gap: 1.5rem; margin-top: 0.5rem; }
.buttons > button { justify-self: start; }
button, .apart summary { min-height: 2.25rem; padding: 0.35rem 0.9rem; cursor: pointer; }
button:hover, .apart summary:hover { background: var(--raised); }
.primary, .primary:hover { border-color: var(--accent); color: var(--on-accent); background: var(--accent); }
button.bad { border-color: var(--bad); font-weight: 600; }
button:disabled { border-color: var(--line-strong); color: var(--muted); background: var(--raised); cursor: default; }
.apart { text-align: end; }
.apart summary { display: block; margin-inline-start: auto; }
.apart summary::-webkit-details-marker { display: none; }
.apart p { margin: 0.5rem 0; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
@media (max-width: 40rem) {
  main { padding: 1rem 0.75rem 2rem; }
  dl div { grid-template-columns: minmax(4.5rem, 6.5rem) minmax(0, 1fr); }
}`;
