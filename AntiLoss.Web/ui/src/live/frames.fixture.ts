export const hex = (text: string) => Uint8Array.from(text.trim().split(/\s+/), (pair) => Number.parseInt(pair, 16));

// The example of docs/live-feed.md, byte by byte.
export const first = hex(`
  01 01 bb f6 aa 98 a1 34 01 04 01 00 00 01
  02 1d 00 01 99 c2 a1 b3 c4 d5 e6 f7 08 19 2a 3b 4c 5d 6e 01 03 05 56 61 6e 20 37 03 41 6e 61
  03 18 00 7f a0 ca fa 2c fc a4 8a 09 19 2d 1d 53 dc b0 b7 b0 0d ec b0 b7 b0 0d
  07 0c 71 38 33 76 45 6a 52 57 65 4a 6f 42`);
export const second = hex('02 00 eb e0 ac 98 a1 34 03 0a 00 6a f4 12 a1 2f 5a 1c 3c 3c');
