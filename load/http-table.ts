export type HttpReport = {};
export function httpTables(_: HttpReport): string {
  return "";
}
