import { useEffect, useRef } from 'react';

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

const inFront = '[role="dialog"][aria-modal="true"], [role="menu"], [role="combobox"][aria-expanded="true"], [aria-haspopup="listbox"][aria-expanded="true"]';

/** Single keys, as long as nobody types and no dialog, menu or list is open. Escape also works while typing. */
export function useKeys(keys: Record<string, () => void>) {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    // A dialog that Escape closes is gone by the time the key gets here: whether there is one is seen before it is told.
    let covered = false;
    const look = () => {
      covered = document.querySelector(inFront) !== null;
    };
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (covered) return;
      if (typing(event.target) && event.key !== 'Escape') return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', look, { capture: true });
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', look, { capture: true });
      window.removeEventListener('keydown', press);
    };
  }, []);
}
