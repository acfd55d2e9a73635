"""A text as a department writes it on the evening of a flood: letters with two marks each, numbers, lines."""

REAL = """Kính gửi: Quý phụ huynh và toàn thể học sinh trên địa bàn.
Căn cứ bản tin dự báo lũ khẩn cấp phát lúc 17 giờ 30 phút, mực nước sông Cầu tại trạm Thác Riềng đang lên \
nhanh, đã vượt báo động 2 và có khả năng vượt báo động 3 trong đêm nay; nhiều ngầm tràn, đường dốc đã ngập \
hoặc sạt lở.
Sở Giáo dục và Đào tạo thông báo khẩn như sau:
1. Toàn bộ học sinh mầm non, tiểu học, trung học cơ sở, trung học phổ thông và học viên các trung tâm giáo dục \
thường xuyên nghỉ học từ sáng thứ Tư cho đến khi có thông báo mới. Học sinh bán trú, nội trú đang ở trường \
được giữ lại trường; thầy cô trực sẽ gọi điện về từng gia đình.
2. Đề nghị phụ huynh giữ con em ở nhà, tuyệt đối không để các em qua suối, qua ngầm tràn, vớt củi, bắt cá hoặc \
đến gần sông, hồ, ao, cống thoát nước và chỗ đất đã nứt. Nhà ở chân đồi, ven suối sẵn sàng sơ tán khi có lệnh \
của Ủy ban nhân dân xã.
3. Chuẩn bị nước uống, lương thực, đèn pin, thuốc; để sách vở, giấy tờ lên chỗ cao; ngắt điện khi nước vào \
nhà; sạc đầy điện thoại.
4. Giáo viên chủ nhiệm liên hệ từng gia đình trước 20 giờ 00; gia đình nào cần giúp đỡ xin gọi ngay cho giáo \
viên chủ nhiệm, trưởng thôn hoặc số trực 24/24 của nhà trường.
5. Không nghe, không chia sẻ tin đồn chưa được kiểm chứng. Thông báo chính thức chỉ có tại ứng dụng này, trên \
loa của xã và trên trang điện tử của Sở.
Khi đã đọc, xin bấm "Đã rõ" để nhà trường biết gia đình đã nhận được tin. Trân trọng cảm ơn và kính chúc các \
gia đình bình an, vững vàng qua đợt lũ này, cùng nhau giữ an toàn cho các em."""
