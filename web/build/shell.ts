import type { Plugin } from "vite";

const MODULE = /\s*<script type="module"[^>]* src="([^"]+)"><\/script>/;
const STYLES = /\s*<link rel="stylesheet"[^>]* href="([^"]+)">/;
const FACE = /^assets\/chivo-latin-wght-normal.*\.woff2$/;

/**
 * Has the page's static frame painted first: styles and module are asked for after that, and the text's face at once.
 * What is left in the page is inline, so that the server can know it by its hash.
 */
export function shell(): Plugin {
  return {
    name: "shell",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const module = MODULE.exec(html)?.[1];
        const styles = STYLES.exec(html)?.[1];
        const face = Object.keys(bundle ?? {}).find((name) => FACE.test(name));
        if (!module || !styles || !face) throw new Error("the page has lost its module, its styles or its face");
        return html
          .replace(MODULE, "")
          .replace(STYLES, "")
          .replace("</title>", `</title>\n    <link rel="preload" href="/${face}" as="font" type="font/woff2" crossorigin>`)
          .replace("</body>", `<script>${starter(module, styles)}</script>\n  </body>`);
      },
    },
  };
}

function starter(module: string, styles: string): string {
  return `(() => {
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = ${JSON.stringify(styles)};
    link.onload = link.onerror = () => import(${JSON.stringify(module)});
    document.head.append(link);
  };
  try { new PerformanceObserver(begin).observe({ type: "paint", buffered: true }); } catch { begin(); }
  setTimeout(begin, 1500);
})()`;
}
