// A ZIP as the format wants it: names in UTF-8, each file deflated where that helps, the order as given.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 of `bytes`, as ZIP wants it. */
export function crc32(bytes) {
  let c = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) c = TABLE[(c ^ bytes[at]) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** SHA-256 of `bytes` in lower-case hex. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function header(signature, size) {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, signature, true);
  return view;
}

/** DOS date and time of `at`, in UTC. */
function dos(at) {
  const date = ((Math.max(1980, at.getUTCFullYear()) - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return [(at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1), date];
}

/** The bytes of a ZIP of `files`: [{name, bytes, packed}], `packed` for what is compressed already. */
export async function zip(files, at) {
  const encoder = new TextEncoder();
  const [time, date] = dos(at);
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes, packed } of files) {
    const label = encoder.encode(name);
    const body = packed ? bytes : await deflated(bytes);
    const method = packed ? 0 : 8;
    const fill = (view, from) => {
      view.setUint16(from, 20, true);
      view.setUint16(from + 2, 0x0800, true); // names are UTF-8
      view.setUint16(from + 4, method, true);
      view.setUint16(from + 6, time, true);
      view.setUint16(from + 8, date, true);
      view.setUint32(from + 10, crc32(bytes), true);
      view.setUint32(from + 14, body.length, true);
      view.setUint32(from + 18, bytes.length, true);
      view.setUint16(from + 22, label.length, true);
    };
    const local = header(0x04034b50, 30);
    fill(local, 4);
    const central = header(0x02014b50, 46);
    central.setUint16(4, 20, true);
    fill(central, 6);
    central.setUint32(42, offset, true);
    parts.push(local.buffer, label, body);
    directory.push(central.buffer, label);
    offset += 30 + label.length + body.length;
  }
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const end = header(0x06054b50, 22);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, offset, true);
  return new Uint8Array(await new Blob([...parts, ...directory, end.buffer]).arrayBuffer());
}
