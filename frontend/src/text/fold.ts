/** For searching as people type: "tieu hoc dong sen" finds "Tiểu học Đồng Sen". */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
}
