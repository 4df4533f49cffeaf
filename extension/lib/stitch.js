// Pictures of what is on the screen, one below the other, as a few long ones.

/** The longest picture, in its own pixels: longer ones are refused by some programs that show them. */
const MAX_PART = 8_000;
/** Wider ones are made smaller: a screen with very small pixels gives four times as many bytes and no more to read. */
const MAX_WIDTH = 2_000;

/** The bytes of a "data:image/png;base64,..." address. */
function png(dataUrl) {
  const said = atob(dataUrl.slice(dataUrl.indexOf(",") + 1));
  return new Blob([Uint8Array.from(said, (c) => c.charCodeAt(0))], { type: "image/png" });
}

export class Strip {
  constructor() {
    this.parts = [];
    this.bytes = 0;
    this.canvas = null;
    this.used = 0;
  }

  /** Add a part of a picture: {dataUrl, width: of the window in CSS pixels, box: {left, top, width, height} in CSS pixels}. */
  async add({ dataUrl, width, box }) {
    const picture = await createImageBitmap(png(dataUrl));
    const ratio = picture.width / width;
    this.scale ??= Math.min(1, MAX_WIDTH / picture.width);
    this.width ??= Math.max(1, Math.round(picture.width * this.scale));
    const from = {
      left: Math.round(box.left * ratio),
      top: Math.round(box.top * ratio),
      width: Math.min(picture.width, Math.round(box.width * ratio)),
      height: Math.min(picture.height - Math.round(box.top * ratio), Math.round(box.height * ratio)),
    };
    let done = 0;
    while (done < from.height) {
      if (!this.canvas) this.begin();
      const room = Math.max(1, Math.floor((MAX_PART - this.used) / this.scale));
      const rows = Math.min(room, from.height - done);
      const drawn = Math.max(1, Math.round(rows * this.scale));
      this.pen.drawImage(
        picture,
        from.left, from.top + done, from.width, rows,
        Math.round(from.left * this.scale), this.used, Math.round(from.width * this.scale), drawn,
      );
      this.used += drawn;
      done += rows;
      if (this.used >= MAX_PART) await this.close();
    }
    picture.close();
  }

  begin() {
    this.canvas = new OffscreenCanvas(this.width, MAX_PART);
    this.pen = this.canvas.getContext("2d");
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, this.width, MAX_PART);
    this.used = 0;
  }

  async close() {
    if (!this.canvas || !this.used) return;
    const height = Math.min(this.used, MAX_PART);
    const cut = new OffscreenCanvas(this.width, height);
    cut.getContext("2d").drawImage(this.canvas, 0, 0);
    const blob = await cut.convertToBlob({ type: "image/png" });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    this.parts.push(bytes);
    this.bytes += bytes.length;
    this.canvas = null;
    this.used = 0;
  }

  /** PNG files, from the top down. */
  async end() {
    await this.close();
    return this.parts;
  }
}
