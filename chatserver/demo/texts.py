"""What people write in the demo week. Names, numbers and places are invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One notice of the week: who issues it, to whom, how long ago, and how many answer."""

    slug: str
    days_ago: int
    hour: int
    minute: int
    kind: str
    urgency: str
    roles: tuple[str, ...]
    title: str
    body: str
    wants_acknowledgement: bool
    # Of those who have it: how many open it, and how many of these acknowledge.
    seen: float
    acknowledged: float


# What an officer has written and another one has to let go.
WAITING = {
    "roles": ["teachers", "staff"],
    "kind": "dieu_hanh",
    "urgency": "khan",
    "number": 1204,
    "symbol": "SGDĐT-VP",
    "signer_name": "Trần Quốc Hưng",
    "signer_position": "Chánh Văn phòng",
    "title": "V/v kiểm tra cơ sở vật chất sau mưa lũ, đón học sinh trở lại trường",
    "body": "Kính gửi: Các xã, phường; các trường trực thuộc.\n\nTrước khi đón học sinh trở lại, Sở đề nghị các đơn vị:\n"
    "1. Kiểm tra phòng học, cây xanh, hệ thống điện, nguồn nước; nơi chưa an toàn thì chưa sử dụng.\n"
    "2. Tổng vệ sinh, khử khuẩn theo hướng dẫn của trạm y tế.\n"
    "3. Báo cáo thiệt hại và ngày dự kiến đón học sinh về Sở trước 16 giờ thứ Sáu.",
    "wants_acknowledgement": True,
}

# Of which notices the teachers called those who had not opened them, and how many a class were left.
CALLED = {"truong-hop-phu-huynh": 1, "lop-hoc-boi": 2, "xa-nghi-hoc": 1}
# What they wrote beside it; mostly nothing.
NOTES = {
    "call": ("", "", "Đã báo bà nội.", "Bố nghe máy, đã rõ."),
    "visit": ("", "Cả nhà đi nương, đã dặn chị cháu."),
    "village": ("Nhờ trưởng thôn Nà Lầu báo giúp.",),
    "slip": ("", "Gửi phiếu về cùng cháu."),
}

NOTICES = (
    NoticeText(
        "so-an-toan",
        6,
        8,
        10,
        "dieu_hanh",
        "thuong",
        ("teachers", "staff"),
        "V/v tăng cường bảo đảm an toàn trường học trong mùa mưa lũ",
        "Kính gửi: Các xã, phường; các trường trực thuộc.\n\nĐể chủ động phòng, chống thiên tai, Sở đề nghị các đơn vị:\n"
        "1. Rà soát cơ sở vật chất, cây xanh, hệ thống điện; báo cáo điểm có nguy cơ sạt lở trước thứ Sáu.\n"
        "2. Phân công lãnh đạo trực 24/24 giờ khi có cảnh báo.\n"
        "3. Cập nhật số điện thoại của gia đình học sinh, nhất là hộ ở vùng ngầm tràn.\n\nĐường dây trực của Sở: 0204 385 5555.",
        True,
        0.96,
        0.9,
    ),
    NoticeText(
        "truong-hop-phu-huynh",
        5,
        16,
        30,
        "thong_tin",
        "thuong",
        ("guardians",),
        "Mời họp phụ huynh giữa học kỳ I",
        "Kính gửi Quý phụ huynh,\n\nNhà trường trân trọng kính mời Quý phụ huynh dự họp giữa học kỳ I vào 7 giờ 30 sáng Chủ nhật tuần này, "
        "tại phòng học của lớp. Nội dung: kết quả học tập, kế hoạch bán trú và an toàn mùa mưa lũ.\n\n"
        "Gia đình không dự được, xin nhắn riêng cho giáo viên chủ nhiệm.",
        True,
        0.92,
        0.85,
    ),
    NoticeText(
        "lop-hoc-boi",
        4,
        16,
        40,
        "thong_tin",
        "thuong",
        ("guardians",),
        "Nộp phiếu đăng ký học bơi",
        "Gia đình cho con mang phiếu đăng ký học bơi đến lớp trước thứ Sáu. Em nào không đăng ký, gia đình ghi “không” và ký tên. "
        "Học phí: không thu. Con cần mang khăn tắm và nước uống.",
        True,
        0.94,
        0.88,
    ),
    NoticeText(
        "xa-nghi-hoc",
        3,
        18,
        35,
        "dieu_hanh",
        "khan",
        ("guardians", "teachers", "staff"),
        "Học sinh nghỉ học ngày mai do mưa lũ",
        "Kính gửi Quý phụ huynh, các nhà trường trên địa bàn xã,\n\nNước sông Thương đang lên, đường qua ngầm Đồng Sen đã ngập. "
        "Toàn bộ học sinh mầm non, tiểu học và trung học cơ sở của xã nghỉ học ngày mai.\n\n"
        "Gia đình giữ con ở nhà, không để con ra gần sông, suối, ngầm tràn. Giáo viên chủ nhiệm gọi điện cho gia đình chưa nhận được tin.\n\n"
        "Lịch học trở lại sẽ được thông báo tại đây.",
        True,
        0.95,
        0.93,
    ),
    NoticeText(
        "xa-di-hoc-lai",
        2,
        17,
        5,
        "dieu_hanh",
        "thuong",
        ("guardians", "teachers", "staff"),
        "Học sinh đi học trở lại từ ngày mai",
        "Kính gửi Quý phụ huynh,\n\nNước đã rút, đường qua ngầm Đồng Sen đi lại được. Học sinh đi học bình thường từ ngày mai. "
        "Em nào nhà còn bị cô lập, gia đình nhắn riêng cho giáo viên chủ nhiệm để được nghỉ có phép và học bù.",
        False,
        0.4,
        0.0,
    ),
    NoticeText(
        "mam-non-kham-suc-khoe",
        1,
        9,
        15,
        "thong_tin",
        "thuong",
        ("guardians",),
        "Khám sức khỏe định kỳ cho trẻ",
        "Kính gửi Quý phụ huynh,\n\nTrạm y tế xã khám sức khỏe định kỳ cho trẻ tại trường vào sáng thứ Năm. Gia đình cho trẻ mặc áo rộng, "
        "mang theo sổ tiêm chủng. Trẻ nào đang uống thuốc, gia đình báo cô trước buổi khám.",
        True,
        0.8,
        0.75,
    ),
    NoticeText(
        "so-lich-kiem-tra",
        0,
        7,
        0,
        "day_hoc",
        "thuong",
        ("guardians", "students", "teachers"),
        "Lịch kiểm tra cuối học kỳ I khối 9 và khối 12",
        "Sở thông báo lịch kiểm tra cuối học kỳ I: Ngữ văn sáng thứ Hai, Toán sáng thứ Ba, Ngoại ngữ chiều thứ Ba của tuần cuối tháng 12. "
        "Đề cương ôn tập có tại thư viện nhà trường. Các khối khác theo lịch của trường.",
        False,
        0.06,
        0.0,
    ),
)

# (minutes after the first line, who, text); who: "teacher", "guardian".
HANH_AND_LAN = (
    (0, "teacher", "Chào chị Hạnh. Hôm nay An học Toán rất tập trung. Chị cho con làm phiếu ôn tập tuần này nhé."),
    (140, "guardian", "Vâng, cảm ơn cô. Con làm xong bài 3 rồi cô ạ."),
    (1500, "teacher", "Bài 3 con cần viết thêm đơn vị cm nhé chị."),
    (1512, "guardian", "Vâng, tối nay tôi nhắc con sửa."),
    (2890, "guardian", "Cô ơi, mai nghỉ học con học bài nào ở nhà ạ?"),
    (2905, "teacher", "Con ôn bảng nhân 6, 7 và đọc bài “Cánh diều tuổi thơ”. Khi đi học lại cô sẽ hỏi con."),
    (2911, "guardian", "Đường vào thôn ngập rồi, mạng yếu lắm cô ạ. Có gì tôi nhắn cô sau."),
)

THREADS = (
    (
        (0, "guardian", "Cô ơi, hôm nay cháu bị sốt, xin phép cô cho cháu nghỉ học một hôm ạ."),
        (25, "teacher", "Vâng, cô đã ghi nghỉ có phép. Chúc em mau khỏe, gia đình nhớ cho em uống đủ nước."),
        (600, "guardian", "Cháu đỡ sốt rồi, mai cháu đi học cô nhé."),
    ),
    (
        (0, "teacher", "Em nhà mình dạo này hay quên vở Tiếng Việt. Gia đình nhắc em soạn sách buổi tối giúp cô."),
        (190, "guardian", "Vâng ạ, tối nào mẹ cũng bận, từ nay bố sẽ kiểm tra cặp cùng con."),
    ),
    (
        (0, "guardian", "Thầy cô cho hỏi bài kiểm tra Toán của cháu được mấy điểm ạ? Cháu về không nói gì."),
        (45, "teacher", "Em được 7,5. Phần hình học em còn vội, gia đình động viên em làm lại bài 4."),
        (52, "guardian", "Cảm ơn thầy cô nhiều ạ."),
    ),
    (
        (0, "guardian", "Chiều mai nhà có đám giỗ, ông sẽ đón cháu thay mẹ ạ."),
        (15, "teacher", "Vâng, cô đã báo bác bảo vệ. Ông nhớ mang theo thẻ đón con nhé."),
    ),
    (
        (0, "teacher", "Hôm nay em đọc bài rất to và rõ, cô khen trước lớp. Gia đình khen thêm em nhé."),
        (80, "guardian", "Dạ vui quá, cả nhà cảm ơn cô!"),
    ),
)

OFFICE = (
    (0, "guardian", "Nhà trường cho hỏi thủ tục xin giấy xác nhận học sinh cho cháu ạ."),
    (
        60,
        "office",
        "Gia đình đến văn phòng trong giờ hành chính, mang theo căn cước. Giấy làm trong buổi sáng, không thu phí.",
    ),
)

GUARDIANS_ROOM = (
    (
        0,
        "teacher",
        "Chào các bác phụ huynh. Tuần này lớp mình học bình thường, thứ Năm có tiết thể dục, các con đi giày nhé.",
    ),
    (35, "guardian", "Cô ơi, tuần này các con có ăn bán trú thứ Bảy không ạ?"),
    (40, "teacher", "Thứ Bảy không có bán trú bác nhé."),
    (1460, "teacher", "Ảnh buổi lao động trồng cây cô để ở góc lớp, giờ đón con các bác vào xem."),
    (1490, "guardian", "Cảm ơn cô, các con lớn quá rồi!"),
    (2880, "teacher", "Nhà nào đường ngập chưa đi được thì nhắn riêng cho cô, cô ghi nghỉ có phép cho con."),
    (2893, "guardian", "Thôn Nà Lầu còn ngập ngầm cô ạ, chắc mai các cháu chưa qua được."),
    (2896, "teacher", "Vâng, cô đã báo nhà trường. An toàn là trước hết."),
)
# The line that parents thank the teacher for, by its number.
THANKED_FOR = 6

CLASS_ROOM = (
    (0, "teacher", "Các em nhớ mang vở bài tập Toán và thước kẻ cho tiết ngày mai."),
    (
        2900,
        "teacher",
        "Nghỉ ở nhà, các em ôn lại bài 12, 13 và không ra gần sông suối. Thầy cô sẽ kiểm tra khi đi học lại.",
    ),
)

STAFF_ROOM = (
    (0, "head", "Đề nghị các thầy cô chủ nhiệm rà soát số điện thoại của phụ huynh, gửi văn phòng trước thứ Sáu."),
    (90, "teacher", "Lớp tôi còn hai hộ chưa có số liên lạc, chiều nay tôi đến nhà."),
    (2870, "head", "Ngày mai học sinh nghỉ. Các thầy cô gọi cho gia đình chưa xác nhận, ghi lại giờ gọi."),
    (2960, "teacher", "Lớp tôi đã đủ, còn một hộ ở Nà Lầu nhờ trưởng thôn báo giúp."),
)

SO_STAFF_ROOM = (
    (0, "officer", "Các đơn vị cập nhật sĩ số thực tế trước 10 giờ sáng thứ Hai hằng tuần."),
    (180, "head", "Trường chúng tôi đã cập nhật xong."),
)

COMMUNITY = (
    "Chào mừng năm học mới. Mọi thông báo chính thức có dấu vàng ở mục Thông báo; nơi đây để hỏi đáp chung của trường."
)
