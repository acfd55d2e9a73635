"""The words of evidence on paper."""

import datetime as dt

from django.utils import timezone

from broadcasts.verifying.standing import Status

ACTS = {
    "broadcast.publish": "Gửi thông báo",
    "broadcast.correct": "Gửi bản đính chính, thay thế",
    "broadcast.recall": "Thu hồi",
    "broadcast.view": "Xem với tư cách quản lý",
    "broadcast.code": "Cấp mã kiểm tra cho thông báo cũ",
    "question.view": "Đọc câu hỏi của phụ huynh",
    "answer.publish": "Trả lời chung",
    "answer.withdraw": "Rút câu trả lời chung",
    "draft.submit": "Trình duyệt",
    "draft.undo": "Hoàn tác",
    "draft.approve": "Duyệt",
    "draft.decline": "Không duyệt",
    "draft.return": "Trả lại người soạn",
    "draft.break_glass": "Phá kính: gửi không chờ duyệt",
    "contact.log": "Ghi đã báo trực tiếp",
    "contact.withdraw": "Rút ghi nhận đã báo",
    "reach.export": "Tải danh sách sổ phủ tin",
    "cascade.export": "Tải bảng dây chuyền",
    "evidence.export": "Tải gói bằng chứng",
    "node.complete": "Báo hoàn thành",
    "node.reopen": "Mở lại phần việc",
    "node.hand_over": "Giao cho người khác",
}
STATUS = {
    Status.IN_FORCE: "Còn hiệu lực",
    Status.CORRECTED: "Đã được đính chính",
    Status.REPLACED: "Đã được thay thế",
    Status.RECALLED: "Đã thu hồi",
}


def act(name: str) -> str:
    """What was done; by the name that the trail has for it where there is no other."""
    return ACTS.get(name, name)


def time(at: dt.datetime | None) -> str:
    """In Vietnam's time; empty for none."""
    return timezone.localtime(at).strftime("%H:%M:%S, %d/%m/%Y") if at else ""


def day(at: dt.date | None) -> str:
    """A day; empty for none."""
    return at.strftime("%d/%m/%Y") if at else ""


def number(count: int) -> str:
    """With a point between thousands."""
    return f"{count:,}".replace(",", ".")


def who(person: int | None) -> str:
    """By number: names stand where the server lets somebody see them."""
    return f"người số {person}" if person else "hệ thống"
