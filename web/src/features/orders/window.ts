import { type RefObject, useCallback, useEffect, useState } from "react";

const BESIDE = 12; // rows drawn above and below what is seen
const STEP = 8; // the window moves in steps, so that scrolling a row draws nothing
const HEAD_PX = 36;

/** How high a row is: 40 px on a desk, 44 where one touches, a card on a phone. `orders.css` says the same. */
function rowHeight(): number {
  if (matchMedia("(width < 40rem)").matches) return 104;
  return matchMedia("(width < 64rem)").matches ? 44 : 40;
}

export interface Shown {
  readonly first: number;
  readonly last: number;
  readonly before: number;
  readonly after: number;
}

/** Which of `count` rows to draw, and how high the room is that the others would take. */
export function shown(top: number, height: number, row: number, count: number): Shown {
  const at = Math.floor(top / row / STEP) * STEP;
  const first = Math.min(Math.max(0, at - BESIDE), Math.max(0, count - 1));
  const last = Math.min(count, at + Math.ceil(height / row) + STEP + BESIDE);
  return { first, last, before: first * row, after: (count - last) * row };
}

/** The window of a list with rows of one height. `onEnd` is called when its end is near. */
export function useWindow(scroll: RefObject<HTMLElement | null>, count: number, onEnd: () => void) {
  const [place, setPlace] = useState({ top: 0, height: 900, row: rowHeight() });
  useEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const look = () =>
      setPlace((old) => {
        const next = { top: element.scrollTop, height: element.clientHeight, row: rowHeight() };
        const same = Math.floor(next.top / next.row / STEP) === Math.floor(old.top / old.row / STEP);
        return same && next.height === old.height && next.row === old.row ? old : next;
      });
    look();
    const size = new ResizeObserver(look);
    size.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      size.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroll]);
  const window = shown(place.top, place.height, place.row, count);
  const nearEnd = window.last >= count;
  useEffect(() => {
    if (nearEnd) onEnd();
  }, [nearEnd, count]);
  const reveal = useCallback(
    (index: number) => {
      const element = scroll.current;
      if (!element) return;
      const top = index * place.row;
      const bottom = top + place.row + HEAD_PX - element.clientHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop) element.scrollTop = bottom;
      setPlace((old) => ({ ...old })); // draw, so that the row that is wanted can take the focus
    },
    [scroll, place.row],
  );
  return { ...window, reveal };
}
