/// <reference types="vite/client" />
declare const __BUILD__: string;
/** Made by `vite.config.ts`: the part of the catalogues that one page needs. */
declare module "virtual:words-*" {
  const words: Readonly<Record<string, string>>;
  export default words;
}
