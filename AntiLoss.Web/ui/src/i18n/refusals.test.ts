import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inChinese } from './refusals';

const sources = ['Accounts', 'Api', 'Ingest', '../AntiLoss.Domain/Guards'].map((name) => join(import.meta.dirname, '../../..', name)).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cs')).map((name) => readFileSync(join(folder, name), 'utf8')));

/** Told to programs that send what the console never does. */
const forPrograms = [/^reports: /, /cursor/, /^is not open;/, /^must be at least 1$/, /API key (has|may)/, /Content-Type/, /other methods/, /first report's$/, /^not an object$/];

/** The sentences that these files refuse something with; {} where they quote. */
function* refusals() {
  for (const source of sources) {
    for (const [, , text] of source.matchAll(/\b(?:Add|Problem|Conflict|Refuse|Malformed)\(\s*(?:(?:\w+|\$?"[\w.[\]{}]+"), )?(?:string\.Create\(CultureInfo\.InvariantCulture, )?(\$?)"((?:[^"\\]|\\.)*)"/g)) {
      const said = (text ?? '').replaceAll(/\{[^{}]*\}/g, '7');
      if (said.includes(' ') && !forPrograms.some((pattern) => pattern.test(said))) yield said;
    }
  }
}

it('has Chinese for everything that the server refuses in words', () => {
  const said = [...new Set(refusals())];
  expect(said.length).toBeGreaterThan(60);
  expect(said.filter((text) => inChinese(text) === text)).toEqual([]);
});

it('has Chinese for the evidence of every silence', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../../AntiLoss.Domain/Silences/SilenceJudge.cs'), 'utf8');
  const evidence = [...source.matchAll(/(?:SilenceClass\.\w+, \$?|InvariantCulture, \$)"([^"]+)"/g)].map(([, text]) => (text ?? '').replaceAll(/\{[^{}]*\}/g, '7'));
  expect(evidence.length).toBe(11);
  expect(evidence.filter((text) => inChinese(text) === text)).toEqual([]);
  expect(inChinese('Flat for too long: its battery was at 9 % and lost 4.2 % an hour')).toBe('“电量耗尽”时间过长：当时电量为 9 %，每小时下降 4.2 %');
});

it('keeps what a sentence quotes, and says its words in Chinese too', () => {
  expect(inChinese('has 60 characters; at most 50 are allowed')).toBe('有 60 个字符，最多 50 个');
  expect(inChinese('the software on this phone can\'t obey Ring')).toBe('此手机上的软件无法执行“响铃”');
  expect(inChinese('lat cannot be read')).toBe('lat 无法读取');
  expect(inChinese('something new')).toBe('something new');
});
