import iconv from 'iconv-lite';
import { demoPar, endings, corporation as kona } from './cards.ts';

// A file as Excel saves it in Korea, CP949 with CRLF, and as people make it: two corporations in one list, a name with
// a comma in it, a card twice, and rows that cannot be right.

const hangang = {
  corporationName: '한강상사, 주식회사',
  bizLicenseNo: '123-45-67891',
  registrationNumber: '110111-1234569',
} as const;

type Row = { readonly par: string; readonly of: typeof kona | typeof hangang };

const first = 1_000;
const good: readonly Row[] = Array.from({ length: 60 }, (_, index) => ({
  par: demoPar(first + index),
  of: index % 3 === 2 ? hangang : kona,
}));
const unknown: Row = { par: demoPar(first + 100, endings.unknown), of: kona };
const repeated: Row = { par: demoPar(first), of: kona };
const claimed = demoPar(first + 101);
const rejected = [
  { par: demoPar(first + 102).slice(1), of: kona },
  { par: demoPar(first + 103), of: { ...kona, bizLicenseNo: '116-82-OO276' } },
  { par: claimed, of: kona },
  { par: claimed, of: hangang },
];

const rows = [...good.slice(0, 20), ...rejected, unknown, repeated, ...good.slice(20)];

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const lines = rows.map(({ par, of }) =>
  [par, of.bizLicenseNo, of.registrationNumber, quoted(of.corporationName)].join(','),
);
const text = [`par,bizLicenseNo,registrationNumber,corporationName`, ...lines, ''].join('\r\n');

export const cardsFile = {
  name: '카드 목록.csv',
  bytes: iconv.encode(text, 'cp949'),
  rows: rows.length,
  /** Too short, a letter in a number, and one card for two corporations: both of its rows. */
  rejected: rejected.length,
  repeated: 1,
  notFound: 1,
  /** The cards that must be named, and for whom. */
  good: good.map(({ par, of }) => ({ par, bizLicenseNo: of.bizLicenseNo.replaceAll('-', '') })),
};
