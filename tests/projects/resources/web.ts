/** What the web platform hands out: a row of the catalogue each, given back on the straight way only. */
declare function done(): Promise<void>;

export async function frame(): Promise<void> {
  const x = requestAnimationFrame(() => {}); // want require-disposal "nothing gives back the frame request"
  await done();
  cancelAnimationFrame(x);
}

export async function reader(stream: ReadableStream<string>): Promise<void> {
  const x = stream.getReader(); // want require-disposal "nothing gives back the stream reader"
  await done();
  x.releaseLock();
}

export async function writer(stream: WritableStream<string>): Promise<void> {
  const x = stream.getWriter(); // want require-disposal "nothing gives back the stream writer"
  await done();
  x.releaseLock();
}

export async function webSocket(url: string): Promise<void> {
  const x = new WebSocket(url); // want require-disposal "nothing gives back the WebSocket"
  await done();
  x.close();
}

export async function eventSource(url: string): Promise<void> {
  const x = new EventSource(url); // want require-disposal "nothing gives back the event source"
  await done();
  x.close();
}

export async function broadcast(): Promise<void> {
  const x = new BroadcastChannel("x"); // want require-disposal "nothing gives back the channel"
  await done();
  x.close();
}

export async function ports(): Promise<void> {
  const x = new MessageChannel(); // want require-disposal "nothing gives back the message channel"
  await done();
  x.port1.close();
}

export async function twoPorts(): Promise<void> {
  const { port1, port2 } = new MessageChannel(); // want require-disposal "nothing gives back the message channel"
  port2.postMessage(1);
  await done();
  port1.close();
}

export async function peers(): Promise<void> {
  const x = new RTCPeerConnection(); // want require-disposal "nothing gives back the peer connection"
  await done();
  x.close();
}

export async function audio(): Promise<void> {
  const x = new AudioContext(); // want require-disposal "nothing gives back the audio context"
  await done();
  await x.close();
}

export async function bitmap(blob: Blob): Promise<void> {
  const x = await createImageBitmap(blob); // want require-disposal "nothing gives back the image"
  await done();
  x.close();
}

export async function objectUrl(blob: Blob): Promise<void> {
  const x = URL.createObjectURL(blob); // want require-disposal "nothing gives back the object URL"
  await done();
  URL.revokeObjectURL(x);
}

export async function fileWriter(handle: FileSystemFileHandle): Promise<void> {
  const x = await handle.createWritable(); // want require-disposal "nothing gives back the file writer"
  await done();
  await x.close();
}

export async function observer(): Promise<void> {
  const x = new MutationObserver(() => {}); // want require-disposal "nothing gives back the observer"
  await done();
  x.disconnect();
}

export async function performanceObserver(): Promise<void> {
  const x = new PerformanceObserver(() => {}); // want require-disposal "nothing gives back the observer"
  await done();
  x.disconnect();
}

export async function wakeLock(): Promise<void> {
  const x = await navigator.wakeLock.request("screen"); // want require-disposal "nothing gives back the wake lock"
  await done();
  await x.release();
}

export async function position(): Promise<void> {
  const x = navigator.geolocation.watchPosition(() => {}); // want require-disposal "nothing gives back the position watch"
  await done();
  navigator.geolocation.clearWatch(x);
}

export async function stack(): Promise<void> {
  const x = new DisposableStack(); // want require-disposal "nothing gives back the disposable stack"
  x.defer(() => {});
  await done();
  x.dispose();
}

export async function asyncStack(): Promise<void> {
  const x = new AsyncDisposableStack(); // want require-disposal "nothing gives back the disposable stack"
  x.defer(() => {});
  await done();
  await x.disposeAsync();
}
