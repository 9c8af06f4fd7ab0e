import { Dialog } from "../ui/dialog.tsx";

const KEYS = [
  ["j  k", "Next and previous order"],
  ["Enter", "Open the order"],
  ["/", "Find an order by its number"],
  ["Esc", "Back to the list, or close"],
  ["?", "Show these"],
] as const;

export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {KEYS.map(([key, does]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="mono inset px-2 py-1">{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button justify-self-end" onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}
