/// <reference types="vite/client" />
declare const __BUILD__: string;
/** Made by `vite.config.ts`: the part of the catalogues that the stage display needs. */
declare module "virtual:stage-words" {
  export const vi: Readonly<Record<string, string>>;
  export const en: Readonly<Record<string, string>>;
}
