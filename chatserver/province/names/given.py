"""Middle and given names, by people, sex and generation.

Elders were born before 1972, adults before 2003, children after. Weighted words are
written ``word:weight``; a plus sign stands for the space inside a middle name.
"""

ELDER_MEN_MIDDLE = "Văn:62 Đình:6 Xuân:6 Đức:5 Quang:3 Hữu:4 Ngọc:4 Trọng:2 Bá:2 Công:2 Thế:2 Huy:1 Minh:1"
ELDER_MEN = """
    Thành Khang Lộc Hợi Thìn Sửu Bình Thắng Minh Hòa Hải Tiến Chiến Quyết Thuận Vinh Nghĩa Lâm Tấn
    Năm Bảy Quý Đạt Thụ Chức Dũng Hùng Sơn Long Phú Thọ Cường Tài Khải Lương Tuyên Mão Tuất Kỷ
    Đoàn Trọng Nhâm Hồng Viết Khoát Thạo Ngà Tráng Bốn Ba Khánh Phúc Tỵ Dần Định Hưng Thái Mậu
"""
ELDER_WOMEN_MIDDLE = "Thị:97 Kim:1 Ngọc:1 Thanh:1"
ELDER_WOMEN = """
    Sen Nhàn Lành Tuất Mùi Dậu Thìn Mơ Mận Đào Cúc Lan Hợi Tý Vinh Lý Sâm Thu Nga Hoa Bình Thơm
    Chanh Bưởi Xuân Hòa Gái Nụ Tâm Liên Vân Loan Nhung Tình Chung Thảo Bốn Hiền Yến Khuyên Mai Lê
    Tuyết Hồng Nguyệt Là Vượng Chiên Ngát Tẹo:0.3 Toan Nhường Thoa Bé:0.4 Hương Quý Đông Lựu Chắt:0.3 Mến
"""
ADULT_MEN_MIDDLE = """
    Văn:44 Đức:8 Quang:6 Xuân:6 Ngọc:5 Minh:4 Thanh:3 Đình:4 Hữu:3 Mạnh:4 Quốc:3 Trung:2 Hoàng:2
    Duy:2 Công:2 Thế:2 Trọng:2 Tiến:2 Việt:1 Hồng:1 Tuấn:1 Anh:1 Bá:1 Huy:1
"""
ADULT_MEN = """
    Tuấn:6 Hùng:5 Dũng:5 Cường:5 Hải:5 Nam:4 Sơn:4 Thắng:4 Long:3 Tùng:3 Thành:4 Trung:3 Hiếu:3
    Đức:3 Minh:3 Quân:3 Hưng:3 Quyết:2 Toàn:2 Tú:2 Hoàng:3 Thái:2 Tiến:2 Chiến:2 Mạnh:2 Kiên:2
    Trường:2 Linh:1 Hòa:1 Khánh:1 Bình:2 Phong:1 Việt:2 Hiệp:2 Duy:1 Lực:1 Thiện:1 Định:1 Công:1
    Huy:2 Quý:1 Ngọc:1 Tân:1 Đạt:1 Nghĩa:1 Luân:1 Giang:1 Vinh:1 Khương:1 Chung:1 Anh:2 Khoa:1
    Thuận:1 Điệp:1 Lâm:1 Doanh:1 Đông:1 Xuân:1 Hà:1 Vượng:1 Tâm:1 Thịnh:1 Tài:1 Phúc:1 Quang:2
"""
ADULT_WOMEN_MIDDLE = """
    Thị:66 Thu:4 Thanh:4 Ngọc:3 Thúy:2 Hồng:3 Kim:2 Bích:1 Minh:1 Phương:1 Mai:1 Lan:0.5
    Thị+Thu:4 Thị+Thanh:3 Thị+Hồng:2 Thị+Ngọc:2 Thị+Bích:1 Thị+Minh:1 Thị+Kim:1 Thị+Mai:1
    Thị+Phương:1 Thị+Thúy:1 Thị+Lan:0.5
"""
ADULT_WOMEN = """
    Hương:5 Hà:5 Hằng:4 Lan:4 Huệ:3 Thủy:4 Nga:4 Thảo:3 Hoa:4 Hiền:4 Hạnh:3 Oanh:2 Nhung:3 Phương:4
    Trang:3 Thu:2 Yến:3 Loan:3 Dung:3 Mai:3 Liên:2 Vân:3 Ngọc:3 Tuyết:2 Thơm:1 Tâm:2 Huyền:3 Linh:3
    Thúy:2 Hường:2 Ngân:2 Quỳnh:2 Anh:3 Hoài:1 Xuân:1 Hồng:2 Liễu:1 Nguyệt:1 Bích:1 Chinh:1 Duyên:1
    Giang:1 Hòa:1 Hậu:1 Lý:1 Luyến:1 Minh:1 My:1 Nhàn:1 Nhâm:1 Ánh:1 Phượng:2 Quyên:1 Sen:1 Thanh:2
    Thoa:1 Thùy:1 Tươi:1 Thắm:1 Tình:1 Vui:1 Điệp:1 Lệ:1 Ngà:1 Hảo:1 Sáu:0.3 Tuyến:1 Thương:1 Mến:1
"""
CHILD_BOYS = """
    Gia Bảo:5, Quốc Bảo:2, Thái Bảo, Minh Bảo, Gia Huy:4, Quang Huy:3, Đức Huy:2, Nhật Huy, Minh Huy,
    Quốc Huy:2, Gia Hưng:3, Tuấn Hưng, Phúc Hưng, Quốc Hưng, Duy Hưng:2, Minh Khang:4, Bảo Khang:2,
    Gia Khang:2, An Khang, Minh Khôi:4, Đăng Khôi:3, Anh Khôi, Nguyên Khôi:2, Đăng Khoa:3, Anh Khoa:2,
    Minh Khoa, Minh Quân:4, Anh Quân:2, Hoàng Quân, Mạnh Quân, Minh Đức:4, Anh Đức:2, Trung Đức,
    Hoàng Đức, Anh Tuấn:3, Minh Tuấn:2, Quốc Tuấn, Anh Dũng:2, Tiến Dũng:3, Mạnh Dũng, Việt Dũng,
    Tiến Đạt:4, Thành Đạt:4, Quốc Đạt:2, Minh Đạt, Đức Anh:4, Tuấn Anh:4, Việt Anh:3, Hoàng Anh:3,
    Duy Anh:3, Thế Anh:2, Nhật Anh:2, Quang Anh:2, Hải Anh, Nhật Minh:4, Quang Minh:4, Bình Minh,
    Tuấn Minh:2, Đức Minh:2, Hoàng Minh:3, Anh Minh:2, Gia Minh:2, Công Minh, Hải Đăng:4, Minh Đăng,
    Hải Nam:3, Hoàng Nam:3, Bảo Nam:2, Nhật Nam:2, Phương Nam, Thành Nam, Hoàng Long:3, Bảo Long:2,
    Đức Long:2, Thành Long:2, Phi Long, Hải Long, Tuấn Kiệt:4, Gia Kiệt, Anh Kiệt, Minh Kiệt,
    Trung Kiên:4, Đức Kiên:2, Chí Kiên, Tuấn Kiên, Minh Hiếu:3, Trung Hiếu:3, Đức Hiếu, Bảo Lâm:2,
    Tùng Lâm:3, Hoàng Lâm:2, Thanh Lâm, Phúc Lâm:2, Hoàng Phúc:2, Gia Phúc, Thiên Phúc, Đức Phúc:2,
    Hồng Phúc:2, Minh Phúc, Tuấn Phong:2, Đức Phong, Nam Phong, Thanh Phong:2, Hải Phong:2,
    Đức Thắng:2, Quyết Thắng:2, Chiến Thắng, Việt Thắng, Minh Thành:2, Tiến Thành:2, Đức Thành,
    Trung Thành:2, Công Thành, Quang Vinh:2, Thành Vinh, Thế Vinh:2, Hải Sơn, Thái Sơn:2, Hoàng Sơn,
    Trường Sơn:2, Ngọc Sơn, Thanh Tùng:3, Sơn Tùng:2, Duy Tùng, Minh Trí:2, Đức Trí, Thành Trung:3,
    Đức Trung:2, Bảo Trung, Minh Nhật:2, Hoàng Việt:2, Quốc Việt:3, Đức Việt, Thiên Ân:2, Bảo An,
    Bình An, Minh An, Gia An, Phúc An, Gia Bình, Thanh Bình, Thái Bình, Hữu Nghĩa, Trọng Nghĩa:2,
    Đức Mạnh:2, Tiến Mạnh, Duy Mạnh:2, Minh Tiến, Nhật Tiến, Xuân Bách, Tùng Bách, Hoàng Bách,
    Trường Giang:2, Hoàng Giang, Tuấn Hùng, Mạnh Hùng:3, Phi Hùng, Tuấn Tú:2, Anh Tú:3, Minh Tú,
    Ngọc Khánh, Gia Khánh, Quốc Khánh:3, Duy Khánh:3, Bảo Khánh, Hữu Thịnh, Đức Thịnh:2, Phú Thịnh,
    Trường Thịnh, Đức Tài:2, Anh Tài, Minh Quang:3, Nhật Quang:2, Đăng Quang, Ngọc Quang, Duy Quang,
    Đức Toàn, Khánh Toàn, Minh Toàn, Minh Hiển, Quang Hải:2, Minh Hải, Đức Hải, Hoàng Hải, Đình Phong,
    Xuân Trường:2, Xuân Phúc, Ngọc Hải, Đình Trọng, Thế Hùng, Hữu Đạt, Quang Dũng, Duy Long, Đức Duy:2,
    Khánh Duy:2, Anh Duy, Ngọc Minh, Đức Lương, Tiến Lực, Khôi Nguyên:2, Phúc Nguyên,
    Sỹ Nguyên, Đình Nguyên, Trung Nguyên, Thái Dương:2, Đại Dương, Tùng Dương:3, Hải Dương, Bình Dương
"""
CHILD_GIRLS = """
    Bảo An:2, Hoài An, Khánh An:2, Bảo Anh:3, Ngọc Anh:5, Minh Anh:5, Phương Anh:5, Quỳnh Anh:4, Hà Anh:3,
    Mai Anh:3, Vân Anh:3, Tú Anh:2, Diệu Anh, Kim Anh, Trâm Anh:3, Lan Anh:3, Hoàng Anh, Khánh Linh:5,
    Thùy Linh:4, Phương Linh:4, Gia Linh:3, Diệu Linh:3, Hà Linh:3, Ngọc Linh:3, Mai Linh:2, Mỹ Linh:2,
    Khánh Chi:3, Linh Chi:4, Quỳnh Chi:2, Mai Chi:2, Phương Chi, Hà My:3, Trà My:4, Thảo My:2, Diễm My,
    Khánh Ngân:2, Kim Ngân:4, Thảo Ngân, Bảo Hân:2, Gia Hân:4, Ngọc Hân:2, Bảo Nhi, Yến Nhi:5,
    Phương Nhi:2, Uyên Nhi:2, Tuệ Nhi:2, An Nhiên:3, Hải Yến:3, Kim Yến, Hoàng Yến:2, Ngọc Diệp:3,
    Ngọc Hà:2, Thu Hà:3, Ngân Hà:2, Thanh Hà, Thu Trang:3, Huyền Trang:4, Thùy Trang:3, Quỳnh Trang:2,
    Minh Trang, Phương Thảo:5, Thanh Thảo:3, Thu Thảo:2, Ngọc Thảo, Phương Uyên:2, Tố Uyên:2, Thùy Dương:3,
    Ánh Dương:2, Minh Thư:4, Anh Thư:4, Ánh Nguyệt:2, Minh Nguyệt, Khánh Huyền:3, Thu Huyền:3,
    Ngọc Huyền:2, Thanh Huyền, Như Quỳnh:4, Diễm Quỳnh:2, Trúc Quỳnh, Ngọc Mai:3, Thanh Mai:2, Tuyết Mai,
    Quỳnh Mai, Ngọc Ánh:4, Hồng Ánh, Bích Ngọc:3, Minh Ngọc:4, Hồng Ngọc:3, Khánh Ngọc:2, Ánh Ngọc,
    Bảo Ngọc:5, Như Ngọc, Thanh Tâm:2, Minh Tâm:2, Thu Hiền:2, Thanh Hiền, Minh Hằng:2, Thu Hằng:2,
    Thúy Hằng, Thu Hương:2, Quỳnh Hương:2, Mai Hương:2, Lan Hương:2, Thiên Hương, Minh Châu:4, Bảo Châu:4,
    Ngọc Châu, Khánh Vy:3, Tường Vy:3, Thảo Vy:3, Hà Vy:2, Yến Vy, Lan Phương:2, Hà Phương:3, Thu Phương:3,
    Minh Phương:2, Mai Phương:3, Bích Phượng:2, Cẩm Tú:2, Thanh Trúc:3, Ngọc Trâm:2, Bảo Trâm:3, Tuệ Lâm:3,
    Tuệ Minh:2, Kiều Oanh:2, Kiều Trinh, Bảo Trân, Thảo Nguyên:2, Hồng Nhung:3, Cẩm Nhung, Thúy Nga:2,
    Tuyết Nhi, Thảo Linh:2, Thảo Nhi:2, Hồng Hạnh:2, Mỹ Hạnh, Mỹ Duyên:3, Hồng Duyên, Thúy Hiền,
    Kim Oanh, Thanh Vân:2, Hồng Vân, Cẩm Ly:3, Khánh Ly:4, Hương Ly:2, Hương Giang:3, Hà Giang:0.5,
    Hiền Lương, Thu Thủy:3, Thanh Thủy:2, Thu Uyên:2, Ngọc Lan:2, Hương Lan, Phương Mai:3, Ban Mai
"""

TAY_MEN = """
    Tuấn Hùng Dũng Cường Thắng Thành Sơn Toàn Quyết Tiến Hoan Lưu Hiệu Thiêm Khuyến Nghiệp Vĩnh Luận
    Duyệt Thức Huấn Thiệp Lập Kiểm Bằng Tùng Chuyên Khoan Thông Nghị Vấn Bảo Lịch Đàm Thụy Tăng
"""
TAY_WOMEN = """
    Huế Lan Hoa Nga Thơm Hường Thiết Huyến Mơ Chiêm Sen Duyên Nhung Nguyệt Tươi Xuân Biên Lưu Vui
    Hiệp Thêm Thiệp Quyên Yên Chuyền Diệp Hảo Mến Nhị Ngoan Phấn Thảo Bền Vóc Nết Ngân Kiều
"""
NUNG_MEN = """
    Hải Dũng Phong Sơn Báo Slằm:0.3 Tài Chài:0.5 Phủ Lầm Chiến Tạo Tướng Khuyên Thành Quý Làng Hỷ Sính
    Mạnh Páo:0.4 Khoàng:0.3 Chấn Đại Thìn Lâm Đường Bảo Hùng Trọng Viên Thiều Kín:0.3 Nhất Tiến
"""
NUNG_WOMEN = """
    Sen Lan Hoa Phúng Nhình:0.4 Mùi Kim Slao:0.3 Khuyên Hằng Ngọc Lưu Duyên Phượng Thắm Lành Nhi Vảng:0.3
    Hiên Bảy Nẩy:0.3 Thúy Chắp:0.3 Xanh Tuyên Hồng Bích Tím Len Diểm
"""
MONG_MEN = """
    Páo:3 Sính:3 Lử:2 Chống:2 Dơ:1 Phử:1 Sử:2 Tủa:2 Vàng:1 Chìa:1 Pó:1 Dình:1 Chu:2 Dế:1 Lềnh:2 Sà:1
    Thào:1 Nủ:1 Cở:1 Lâu:1 Dinh:1 Tính:1 Pháng:1 Hồng:1 Của:1 Sùng:1 Say:1 Sơn:2 Dũng:1 Phong:1 Minh:1
"""
MONG_WOMEN = """
    Mỷ:3 Máy:3 Dợ:2 Sua:2 Chía:2 Pà:1 Dính:2 Say:2 Mai:3 Xúa:1 Dở:2 Chá:1 Sông:2 Ly:2 Dung:1 Mái:1
    Ca:1 Chư:1 Kía:1 Sáo:1 Mo:1 Xia:1 Hoa:2 Pàng:1 Lia:1 Vang:1 Nhung:1
"""
DAO_MEN_MIDDLE = "Văn:38 Tài:6 Tiến:7 Hữu:7 Kim:5 Đức:6 Phúc:5 Tòn:2 Phụ:2 Quý:3 Xuân:3 Sinh:2 Thanh:2 Trung:2"
DAO_MEN = """
    Phúc Vạn Thắng Sơn Long Tài Chiêu Chấn Nhàn Vượng Hương Quyên Phin:0.4 Sếnh:0.4 Minh Thành Hiện Toàn
    Tiến Quang Lâm Ngân Tình An Nguyên Tiên Ton:0.4 Thịnh Kinh Cán:0.4 Lưu Trường Bảo Đạt Kiệm
"""
DAO_WOMEN = """
    Mùi:3 Lai:2 Mản:2 Phin:1 Xuân:2 Nhất:2 Khé:0.5 Coi:1 Nái:1 Pham:1 Ghển:0.5 Liều:1 Hương:2 Kiều:1 Nhậy:0.7
    Viện:1 Mai:1 Thanh:1 Sếnh:0.6 Diện:0.6 Hà:1 Lan:1 Chiêu:1 Ngân:1 Thảo:1 Huyền:1 Nhàn:1 Bích:1 Yến:1
"""
THAI_MEN = """
    Thành Inh:0.7 Panh:0.7 Xuân Hặc:0.5 Pâng:0.5 Hải Tướng Sơn Hùng Thoại Tiến Dũng Toản Cương Dọn:0.4 Ọi:0.3
    Ngân Thương Bun:0.4 Phớ:0.4 Thiên Khiêm Chung Biên Quân Tưởng Ánh Lả:0.5 Khọt:0.3 Đôi Dương Tuân
"""
THAI_WOMEN = """
    Thơm:2 Vân Hạnh Panh:0.6 Phượng Inh:0.5 Ón:0.5 Hiêng:0.6 Lả:1 Hồng Xuân Hoa Mai Bun:0.5 Pâng:0.5 Ngoan
    Yêu Thiên Dung Dọn:0.5 Biên Hương Tươi Nọi:0.7 Đôi:0.6 Nga Lan Thảo Diên Ánh Thương Chung
"""
