// SPDX-License-Identifier: AGPL-3.0-or-later
// ZIP files, read strictly from their end: one meaning for each file, so that no other program sees other contents in it
// than this one. Every departure is the one failure `container.malformed`. Python twins: verify/zip_directory.py,
// zip_file.py. Spec: spec/08-dossier.md section 8.1.

import { type Entry, blobEntry, packedEntry } from "./entry.ts";
import { type Failure, malformed } from "./errors.ts";

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_DIRECTORY_BYTES = 32 * 1024 * 1024;
/** Files and folders: 100,000 files, and the folders that many can need. */
const MAX_ENTRIES = 150_000;
const LINK = 0o120000;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly start: number;
  /** Where the end record begins, and the directory must end. */
  readonly end: number;
}

interface Member {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly isLink: boolean;
}

/** List the files of a ZIP, the common folder that many programs add cut off. */
export async function readZip(zip: Blob): Promise<Map<string, Entry>> {
  const directory = await findDirectory(zip);
  if (directory.start + directory.size !== directory.end || directory.size > MAX_DIRECTORY_BYTES) throw bad();
  if (directory.count > MAX_ENTRIES) throw bad();
  const members = parseDirectory(await view(zip, directory.start, directory.size), directory.count);
  if (members.length !== directory.count || new Set(members.map((one) => one.name)).size !== members.length)
    throw bad();
  const starts = new Map<Member, number>();
  for (const member of members) starts.set(member, await findStart(zip, member));
  checkApart(starts, directory.start);
  const kept = members.filter((member) => !member.name.endsWith("/"));
  const cut = commonFolder(kept);
  return new Map(kept.map((member) => [member.name.slice(cut), openMember(zip, member, starts.get(member) as number)]));
}

async function findDirectory(zip: Blob): Promise<Directory> {
  const end = zip.size - END_BYTES;
  const record = await view(zip, end, END_BYTES);
  const [disk, first, here, count] = [4, 6, 8, 10].map((at) => record.getUint16(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  const [size, start] = [record.getUint32(12, true), record.getUint32(16, true)];
  if (record.getUint32(0, true) !== 0x06054b50 || record.getUint16(20, true) !== 0) throw bad();
  if (disk !== 0 || first !== 0 || here !== count) throw bad();
  if (count !== FULL_16 && size !== FULL_32 && start !== FULL_32) return { count, size, start, end };
  const wide = await findDirectory64(zip, end);
  if (count !== FULL_16 && count !== wide.count) throw bad();
  if ((size !== FULL_32 && size !== wide.size) || (start !== FULL_32 && start !== wide.start)) throw bad();
  return wide;
}

async function findDirectory64(zip: Blob, after: number): Promise<Directory> {
  const end = after - LOCATOR_BYTES - END64_BYTES;
  const record = await view(zip, end, END64_BYTES);
  const locator = await view(zip, after - LOCATOR_BYTES, LOCATOR_BYTES);
  const located = locator.getUint32(0, true) === 0x07064b50 && locator.getUint32(4, true) === 0;
  if (!located || long(locator, 8) !== end || locator.getUint32(16, true) !== 1) throw bad();
  if (record.getUint32(0, true) !== 0x06064b50 || long(record, 4) !== END64_BYTES - 12) throw bad();
  if (record.getUint32(16, true) !== 0 || record.getUint32(20, true) !== 0) throw bad();
  const [here, count, size, start] = [24, 32, 40, 48].map((at) => long(record, at)) as [number, number, number, number];
  if (here !== count) throw bad();
  return { count, size, start, end };
}

function parseDirectory(data: DataView<ArrayBuffer>, count: number): Member[] {
  const members: Member[] = [];
  let at = 0;
  while (at < data.byteLength) {
    if (members.length === count || at + CENTRAL_BYTES > data.byteLength) throw bad();
    const lengths = [28, 30, 32].map((place) => data.getUint16(at + place, true)) as [number, number, number];
    const next = at + CENTRAL_BYTES + lengths[0] + lengths[1] + lengths[2];
    if (next > data.byteLength) throw bad();
    members.push(parseMember(data, at, lengths[0], lengths[1]));
    at = next;
  }
  return members;
}

function parseMember(data: DataView<ArrayBuffer>, at: number, nameBytes: number, extraBytes: number): Member {
  const method = data.getUint16(at + 10, true);
  const encrypted = (data.getUint16(at + 8, true) & 1) !== 0;
  const disk = data.getUint16(at + 34, true);
  if (data.getUint32(at, true) !== 0x02014b50 || encrypted || (method !== 0 && method !== 8) || disk !== 0) throw bad();
  const name = plainName(data, at + CENTRAL_BYTES, nameBytes);
  const extra = new DataView(data.buffer, data.byteOffset + at + CENTRAL_BYTES + nameBytes, extraBytes);
  const [size, packed, offset] = widen(
    extra,
    [24, 20, 42].map((place) => data.getUint32(at + place, true)),
  );
  if ((method === 0 && packed !== size) || (name.endsWith("/") && size !== 0)) throw bad();
  const mode = data.getUint32(at + 38, true) >>> 16;
  return { name, method, packed, size, offset, isLink: data.getUint8(at + 5) === 3 && (mode & 0o170000) === LINK };
}

/** Size, packed size and offset, from the one ZIP64 field where the plain ones are all ones (APPNOTE 4.5.3). */
function widen(extra: DataView<ArrayBuffer>, plain: readonly number[]): [number, number, number] {
  const wide = wideFields(extra);
  if (wide.length > 1) throw bad();
  let rest = wide[0] ?? new DataView(new ArrayBuffer(0));
  return plain.map((number) => {
    if (number !== FULL_32) return number;
    if (rest.byteLength < 8) throw bad();
    const value = long(rest, 0);
    rest = new DataView(rest.buffer, rest.byteOffset + 8, rest.byteLength - 8);
    return value;
  }) as [number, number, number];
}

function wideFields(extra: DataView<ArrayBuffer>): DataView<ArrayBuffer>[] {
  const found: DataView<ArrayBuffer>[] = [];
  for (let at = 0; at < extra.byteLength;) {
    if (at + 4 > extra.byteLength) throw bad();
    const length = extra.getUint16(at + 2, true);
    if (at + 4 + length > extra.byteLength) throw bad();
    if (extra.getUint16(at, true) === 1) found.push(new DataView(extra.buffer, extra.byteOffset + at + 4, length));
    at += 4 + length;
  }
  return found;
}

/** Where the member's bytes begin; its local header must agree in name and method. */
async function findStart(zip: Blob, member: Member): Promise<number> {
  const header = await view(zip, member.offset, LOCAL_BYTES + member.name.length);
  const agrees = header.getUint32(0, true) === 0x04034b50 && header.getUint16(8, true) === member.method;
  if (!agrees || header.getUint16(26, true) !== member.name.length) throw bad();
  if (plainName(header, LOCAL_BYTES, member.name.length) !== member.name) throw bad();
  return member.offset + LOCAL_BYTES + member.name.length + header.getUint16(28, true);
}

/** Refuse overlapping files: a few bytes could stand for thousands of large ones, or for two contents. */
function checkApart(starts: ReadonlyMap<Member, number>, end: number): void {
  let last = 0;
  for (const [member, start] of [...starts].sort(([left], [right]) => left.offset - right.offset)) {
    if (member.offset < last) throw bad();
    last = start + member.packed;
  }
  if (last > end) throw bad();
}

function openMember(zip: Blob, member: Member, start: number): Entry {
  const packed = zip.slice(start, start + member.packed);
  return member.method === 0 ? blobEntry(packed, member.isLink) : packedEntry(packed, member.size, member.isLink);
}

/** How much of every name is the one folder that holds the bag; 0 if `bagit.txt` stands at the top. */
function commonFolder(members: readonly Member[]): number {
  const folder = `${members[0]?.name.split("/")[0] ?? ""}/`;
  if (members.some((member) => member.name === "bagit.txt")) return 0;
  return members.every((member) => member.name.startsWith(folder)) ? folder.length : 0;
}

async function view(zip: Blob, offset: number, size: number): Promise<DataView<ArrayBuffer>> {
  if (offset < 0 || offset + size > zip.size) throw bad();
  return new DataView(await zip.slice(offset, offset + size).arrayBuffer());
}

function long(data: DataView<ArrayBuffer>, at: number): number {
  const value = data.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw bad();
  return Number(value);
}

/** A name of plain ASCII characters; no two ways to read it. */
function plainName(data: DataView<ArrayBuffer>, at: number, length: number): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset + at, length);
  if (length === 0 || bytes.some((byte) => byte < 0x20 || byte > 0x7e)) throw bad();
  return String.fromCharCode(...bytes);
}

function bad(): Failure {
  return malformed("container.malformed", "The container cannot be read.");
}
