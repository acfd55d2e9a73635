"""The words of a notice: how urgent, of what kind, to whom as what."""

from django.db import models


class Urgency(models.TextChoices):
    """Độ khẩn, Nghị định 30/2020/NĐ-CP Annex I.II.2.b. The signer decides it."""

    ORDINARY = "thuong", "Thường"
    URGENT = "khan", "Khẩn"
    VERY_URGENT = "thuong_khan", "Thượng khẩn"
    FLASH = "hoa_toc", "Hỏa tốc"


class Kind(models.TextChoices):
    DIRECTION = "dieu_hanh", "Điều hành"
    TEACHING = "day_hoc", "Dạy học"
    INFORMATION = "thong_tin", "Thông tin"


class How(models.TextChoices):
    """How a notice takes the place of one that has left: văn bản đính chính, thay thế (Nghị định 30/2020/NĐ-CP, Điều 18),
    thu hồi (Điều 18, Phụ lục VI)."""

    CORRECTION = "dinh_chinh", "Đính chính"
    REPLACEMENT = "thay_the", "Thay thế"
    RECALL = "thu_hoi", "Thu hồi"


class Role(models.TextChoices):
    """As what somebody is addressed. Staff are those who do not teach; a person may be several of these."""

    GUARDIANS = "guardians", "guardians"
    STUDENTS = "students", "students"
    TEACHERS = "teachers", "teachers"
    STAFF = "staff", "staff"


class Channel(models.TextChoices):
    """How a notice reaches somebody. Of these a machine tells the first four; the others are people who go and say it."""

    APP = "app", "app"
    PUSH = "push", "push"
    EMAIL = "email", "email"
    SMS = "sms", "sms"
    CALL = "call", "gọi điện"
    VISIT = "visit", "đến nhà"
    VILLAGE = "village", "qua trưởng thôn"
    SLIP = "slip", "phiếu giấy"
    LOUDSPEAKER = "loudspeaker", "loa"


BY_HAND = (Channel.CALL, Channel.VISIT, Channel.VILLAGE, Channel.SLIP, Channel.LOUDSPEAKER)
