import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Alert } from './alerts';

// What this browser does when something happens that can't wait: each way is switched on by the viewer, and stays so here.

export type AlarmWay = 'sound' | 'desktop';

const listeners = new Set<() => void>();
const key = (way: AlarmWay) => `antiloss.alarm.${way}`;
const isOn = (way: AlarmWay) => localStorage.getItem(key(way)) === 'on' && (way !== 'desktop' || ('Notification' in window && Notification.permission === 'granted'));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useAlarmWay = (way: AlarmWay) => useSyncExternalStore(subscribe, () => isOn(way));

/** Whether this browser can do it at all, and has not been told never to. */
export const isPossible = (way: AlarmWay) => way === 'sound' || ('Notification' in window && Notification.permission !== 'denied');

export async function switchAlarm(way: AlarmWay, on: boolean) {
  if (on && way === 'desktop') await Notification.requestPermission();
  localStorage.setItem(key(way), on ? 'on' : 'off');
  for (const call of listeners) call();
}

/** Those of the alarms that this page has not had yet; none of what was there when it was opened. */
export function news(known: ReadonlySet<string> | null, alarms: readonly Alert[]): Alert[] {
  return known === null ? [] : alarms.filter(({ id }) => !known.has(id));
}

/** Tells of new alarms, once each. */
export function useAlarms(alarms: readonly Alert[] | null, words: (alert: Alert) => string, onOpen: () => void) {
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (alarms === null) return;
    const fresh = news(known.current, alarms);
    known.current = new Set([...(known.current ?? []), ...alarms.map(({ id }) => id)]);
    if (fresh.length === 0) return;
    if (isOn('sound')) beep();
    if (isOn('desktop')) {
      for (const alert of fresh.slice(0, 3)) {
        const notice = new Notification(alert.deviceName || 'AntiLoss', { body: words(alert), tag: alert.id });
        notice.onclick = () => {
          window.focus();
          onOpen();
        };
      }
    }
  }, [alarms, words, onOpen]);
}

/** Two short tones, made here: no file to load when it matters. */
function beep() {
  const context = new AudioContext();
  for (const [at, pitch] of [[0, 880], [0.2, 660]] as const) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.2, context.currentTime + at);
    loudness.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.18);
    tone.connect(loudness).connect(context.destination);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + 0.2);
  }
  setTimeout(() => void context.close(), 600);
}
