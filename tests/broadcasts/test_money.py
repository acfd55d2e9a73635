"""What is taken for asking for money, and what is not."""

import pytest

from broadcasts.approval import Why, asks_for_money, reasons
from broadcasts.content import content_from
from broadcasts.models import Urgency

ASKS = [
    "Phụ huynh chuyển khoản trước thứ Sáu",
    "CHUYỂN  KHOẢN\nvào tài khoản sau",
    "chuyen khoan cho co",
    "chuyển\u200bkhoản".replace("\u200b", "\u2060 "),
    "ch\u200duyển khoản",
    "Chuyê\u0309n khoa\u0309n",
    "STK: xem ảnh",
    "Số tài khoản của trường",
    "Nộp tiền quỹ lớp cho cô",
    "Đóng học phí tháng 9",
    "Mỗi em 200.000đ",
    "Mỗi em 200,000 VND",
    "Thu 50 nghìn",
    "Ủng hộ 2 triệu đồng",
    "Mỗi em 50k",
    "Vietcombank 0123456789012",
    "1903 6789 0123 45",
    "970436-1234-5678",
    "Quét VietQR ở cổng trường",
    "Please make a bank transfer",
]
DOES_NOT = [
    "Ngày mai học sinh nghỉ học. Đề nghị gia đình giữ các em ở nhà.",
    "Đường dây trực của Sở: 0204 385 5555.",
    "Gọi 0912 345 678 hoặc +84 912 345 678",
    "Gọi 1900 1234 hoặc 18001234",
    "Năm học 2020-2021, kiểm tra 28/05/2021 lúc 7.30",
    "Từ 07.30 đến 11.00, ngày 28.05.2021",
    "Công văn số 688/SGDĐT-VP ngày 28/5/2021",
    "Cô Nguyễn Thị Thu Hương và thầy Lê Thanh Toàn phụ trách",
    "Học phí: không thu.",
    "Đăng nhập bằng tài khoản của con",
    "Chạy 5 km, 3 công ty tham quan",
    "849 trường, 190.000 người",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_text_that_asks_for_money(text: str) -> None:
    assert asks_for_money("Thông báo", text)
    assert asks_for_money(text, "Kính gửi phụ huynh")


@pytest.mark.parametrize("text", DOES_NOT)
def test_a_text_that_does_not(text: str) -> None:
    assert not asks_for_money("Thông báo", text)


def test_why_a_second_person_is_wanted() -> None:
    def why(schools: int, urgency: str = "thuong", body: str = "Nghỉ học") -> list[Why]:
        content = content_from(
            {
                "audience": {"org": 1},
                "roles": ["staff"],
                "kind": "dieu_hanh",
                "title": "T",
                "body": body,
                "urgency": urgency,
            }
        )
        return reasons(content, schools=schools)

    assert why(0) == why(1) == why(1, "khan") == []
    assert why(2) == [Why.SCHOOLS]
    for urgency in (Urgency.VERY_URGENT.value, Urgency.FLASH.value):
        assert why(1, urgency) == [Why.URGENCY]
    assert why(849, "hoa_toc", "STK 1") == [Why.SCHOOLS, Why.URGENCY, Why.MONEY]
