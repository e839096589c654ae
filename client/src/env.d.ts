/// <reference types="vite/client" />
declare const __BUILD__: string;
/** Made by `vite.config.ts`: the part of the catalogues that one page needs. */
declare module "virtual:words-*" {
  export const vi: Readonly<Record<string, string>>;
  export const en: Readonly<Record<string, string>>;
}
