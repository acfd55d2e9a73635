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


class Role(models.TextChoices):
    """As what somebody is addressed. Staff are those who do not teach; a person may be several of these."""

    GUARDIANS = "guardians", "guardians"
    STUDENTS = "students", "students"
    TEACHERS = "teachers", "teachers"
    STAFF = "staff", "staff"
