import { ApiError, send } from './http';

/** How far a download is; `total` is null where the server does not tell. */
export interface Progress {
  rows: number;
  total: number | null;
  bytes: number;
}

type Sink = {
  write: (chunk: Uint8Array<ArrayBuffer>) => Promise<void>;
  close: () => Promise<void>;
  abort: () => Promise<void>;
};

interface PickerWindow {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<{
    createWritable: () => Promise<{
      write: (chunk: Uint8Array<ArrayBuffer>) => Promise<void>;
      close: () => Promise<void>;
      abort: () => Promise<void>;
    }>;
  }>;
}

/**
 * Fetches an export and hands it to the person as a file: written to disk as it comes where the browser lets it, else
 * gathered and saved at the end. A part of it is never saved as if it were the whole.
 * @param path of the export; its header X-Total-Count says how many rows there are
 * @throws ApiError, or the AbortError of `signal`
 */
export async function download(
  path: string,
  fileName: string,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Progress> {
  const sink = await sinkOf(fileName);
  try {
    const response = await send(path, { signal });
    const header = response.headers.get('x-total-count');
    const progress: Progress = { rows: 0, total: header === null ? null : Number(header), bytes: 0 };
    const reader = response.body?.getReader();
    let last = 0;
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      await sink.write(part.value);
      progress.bytes += part.value.byteLength;
      for (const byte of part.value) if (byte === 10) progress.rows += 1;
      if (performance.now() - last > 100) {
        last = performance.now();
        onProgress({ ...progress });
      }
    }
    await sink.close();
    return progress;
  } catch (error) {
    await sink.abort();
    if (error instanceof TypeError) {
      throw new ApiError({
        status: 0,
        code: 'no_answer',
        title: 'The download broke off',
        detail: 'The file was not whole and was not saved. Try again.',
        reference: undefined,
      });
    }
    throw error;
  }
}

async function sinkOf(fileName: string): Promise<Sink> {
  const pick = (window as PickerWindow).showSaveFilePicker;
  if (pick !== undefined && !navigator.webdriver) {
    return (await pick.call(window, { suggestedName: fileName })).createWritable();
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (chunk) => {
      parts.push(chunk);
    },
    close: async () => {
      const url = URL.createObjectURL(new Blob(parts));
      const link = Object.assign(document.createElement('a'), { href: url, download: fileName });
      link.click();
      URL.revokeObjectURL(url);
    },
    abort: async () => {
      parts.length = 0;
    },
  };
}
