// The few globals that browsers and Node have in common, as far as shared/ uses them: neither
// Node's nor the DOM's types are visible here, so nothing of only one side can slip in.

declare function setTimeout(callback: () => void, delayMs?: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare const setImmediate: ((callback: () => void) => unknown) | undefined;

declare const performance: { now(): number };

declare const crypto: {
  getRandomValues<T extends Uint8Array | Uint32Array>(array: T): T;
};

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(encoding?: "utf-8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array | ArrayBuffer): string;
}
