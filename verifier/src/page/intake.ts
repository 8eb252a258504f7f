// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person drops or chooses becomes files by path. Nothing is read here, and nothing leaves the page.

import { MAX_DEPTH } from "../layout.ts";

/** A dossier as the browser hands it over, and the name to show for it. */
export interface Given {
  readonly name: string;
  readonly source: ReadonlyMap<string, Blob> | Blob;
}

/** The folder that was chosen; its own name is cut off the paths. */
export function fromFolder(files: readonly File[]): Given {
  const first = files[0]?.webkitRelativePath ?? "";
  const name = first.slice(0, first.indexOf("/"));
  return { name, source: new Map(files.map((file) => [file.webkitRelativePath.slice(name.length + 1), file])) };
}

export function fromZip(file: File): Given {
  return { name: file.name, source: file };
}

type HandleItem = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };

/** What was dropped: a folder, or a ZIP file. Undefined if it was neither. */
export async function fromDrop(transfer: DataTransfer): Promise<Given | undefined> {
  const [item, ...others] = [...transfer.items] as HandleItem[];
  if (item === undefined || others.length > 0) return undefined;
  // All three must be asked for before the first pause; the list is emptied after that.
  const [file, entry, asked] = [item.getAsFile(), item.webkitGetAsEntry(), item.getAsFileSystemHandle?.()];
  if (entry === null || entry.isFile) return file === null ? undefined : fromZip(file);
  const files = new Map<string, Blob>();
  // Chromium refuses to read folders by their entries in a page that was opened from a file, but not by their handles;
  // other browsers have entries only.
  const handle = await asked?.catch(() => null);
  if (handle?.kind === "directory") await walkHandle(handle as FileSystemDirectoryHandle, "", files);
  else await walkEntry(entry as FileSystemDirectoryEntry, "", files);
  return { name: entry.name, source: files };
}

async function walkHandle(folder: FileSystemDirectoryHandle, prefix: string, files: Map<string, Blob>): Promise<void> {
  if (isTooDeep(prefix, files)) return;
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === "directory") await walkHandle(handle as FileSystemDirectoryHandle, `${prefix}${name}/`, files);
    else files.set(prefix + name, await (handle as FileSystemFileHandle).getFile());
  }
}

async function walkEntry(folder: FileSystemDirectoryEntry, prefix: string, files: Map<string, Blob>): Promise<void> {
  if (isTooDeep(prefix, files)) return;
  const reader = folder.createReader();
  for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
    for (const entry of batch) {
      if (entry.isDirectory) await walkEntry(entry as FileSystemDirectoryEntry, `${prefix}${entry.name}/`, files);
      else files.set(prefix + entry.name, await fileOf(entry as FileSystemFileEntry));
    }
  }
}

/** Endless nesting is not followed; the path that is left of it is refused as too deep. */
function isTooDeep(prefix: string, files: Map<string, Blob>): boolean {
  const tooDeep = prefix.split("/").length > MAX_DEPTH;
  if (tooDeep) files.set(prefix, new Blob());
  return tooDeep;
}

function readBatch(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
