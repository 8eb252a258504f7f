// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person drops or chooses becomes files by path. Nothing is read here, and nothing leaves the page.

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

/** What was dropped: a folder, or a ZIP file. Undefined if it was neither. */
export async function fromDrop(transfer: DataTransfer): Promise<Given | undefined> {
  // Entries must be asked for before the first pause; the list is emptied after that.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const [entry, ...others] = entries;
  if (entry === null || entry === undefined || others.length > 0) return undefined;
  if (entry.isFile) return fromZip(await fileOf(entry as FileSystemFileEntry));
  const files = new Map<string, Blob>();
  await walk(entry as FileSystemDirectoryEntry, "", files);
  return { name: entry.name, source: files };
}

async function walk(folder: FileSystemDirectoryEntry, prefix: string, files: Map<string, Blob>): Promise<void> {
  const reader = folder.createReader();
  for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
    for (const entry of batch) {
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, `${prefix}${entry.name}/`, files);
      else files.set(prefix + entry.name, await fileOf(entry as FileSystemFileEntry));
    }
  }
}

function readBatch(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
