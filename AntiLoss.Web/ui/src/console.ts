import { useEffect, useReducer, useSyncExternalStore } from 'react';
import { Fleet } from './fleet/fleet';
import { fleetHub } from './live/hub';
import { Live, type LiveStatus } from './live/live';

// The one fleet and the one connection of this page, and how React reads them.

export const fleet = new Fleet();
export const live = new Live(() => fleetHub(window.location.origin), fleet);

const subscribeLive = (listener: () => void) => live.subscribe(listener);
export const useLiveStatus = (): LiveStatus => useSyncExternalStore(subscribeLive, () => live.status);

/** Draws again after the fleet has changed, at most once in so many milliseconds. */
export function useFleet(every = 250): Fleet {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = fleet.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = null;
        again();
      }, every);
    });
    again();
    return () => {
      stop();
      if (timer) clearTimeout(timer);
    };
  }, [every]);
  return fleet;
}

/** How often the chosen phone has changed; at most one step a second, however fast it reports. */
export const useChosenCount = (): number => useFleet(1000).chosenCount;

let second = 0;
const tickers = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | null = null;
const subscribeSecond = (listener: () => void) => {
  tickers.add(listener);
  ticker ??= setInterval(() => {
    second = Math.floor(fleet.now() / 1000);
    for (const call of tickers) call();
  }, 1000);
  return () => {
    tickers.delete(listener);
    if (tickers.size === 0 && ticker) {
      clearInterval(ticker);
      ticker = null;
    }
  };
};

/** The server's time in Unix seconds, ticking: one timer for all ages on the page. */
export const useNow = (): number =>
  useSyncExternalStore(subscribeSecond, () => (second === 0 ? (second = Math.floor(fleet.now() / 1000)) : second));
