declare module "virtual:formula-parser" {
  export const parser: import("@lezer/lr").LRParser;
}
declare module "*.css";
declare module "@fontsource-variable/inter";
declare module "@fontsource-variable/jetbrains-mono";
