"""What a column may mean to us, and the words by which the school systems call it. Words are folded: no tones, no signs."""

from types import MappingProxyType

# Pupils and staff.
CODE, SECTOR_CODE, NAME, FAMILY, MIDDLE, GIVEN = "code", "sector_code", "name", "family", "middle", "given"
BIRTH, GENDER, FEMALE, STATUS, SCHOOL, PHONE = "birth", "gender", "female", "status", "school", "phone"
# Pupils.
CLASS, GRADE, RELATION = "class", "grade", "relation"
MOTHER, FATHER, GUARDIAN = "mother", "father", "guardian"
MOTHER_PHONE, FATHER_PHONE, GUARDIAN_PHONE = "mother_phone", "father_phone", "guardian_phone"
# Staff.
POSITION, HOMEROOM, TEACHES, SUBJECT, DEPARTMENT, EMAIL = (
    *("position", "homeroom", "teaches", "subject", "department", "email"),
)
# Known, and neither kept nor needed: numbers of rows, marks; identity papers, addresses, births of parents (decision 23).
NUMBER, NOT_KEPT = "number", "not_kept"
# Of the file that gives the bad rows back (error_file.py): what comes again with it is a part of a list, never the whole.
REPAIRED = "repaired"

MEANINGS = (
    *(CODE, SECTOR_CODE, NAME, FAMILY, MIDDLE, GIVEN, BIRTH, GENDER, FEMALE, STATUS, SCHOOL, PHONE, CLASS, GRADE),
    *(RELATION, MOTHER, FATHER, GUARDIAN, MOTHER_PHONE, FATHER_PHONE, GUARDIAN_PHONE, POSITION, HOMEROOM, TEACHES),
    *(SUBJECT, DEPARTMENT, EMAIL, NUMBER, NOT_KEPT, REPAIRED),
)
GUARDIANS = MappingProxyType({MOTHER: MOTHER_PHONE, FATHER: FATHER_PHONE, GUARDIAN: GUARDIAN_PHONE})

_WORDS = {
    NUMBER: "stt|tt|so tt|so thu tu|thu tu|no",
    CODE: (
        "ma hoc sinh|ma hs|mahs|ma so hoc sinh|ma so hs|ma hoc vien|ma tre|ma tre em|student code|student id|id hoc sinh"
        "|ma giao vien|ma gv|ma can bo|ma cb|ma cbgv|ma cbgvnv|ma nhan vien|ma nv|ma nhan su|so hieu can bo|ma so|ma"
    ),
    SECTOR_CODE: (
        "ma dinh danh|ma dinh danh hoc sinh|ma dinh danh hs|ma dinh danh bo|ma dinh danh bo gd|ma dinh danh bo gddt"
        "|ma dinh danh bo gd dt|ma dinh danh bo giao duc|ma dinh danh bo gddt cap"
        "|ma dinh danh bo gd dt cap|ma dinh danh gv|ma dinh danh giao vien|ma dinh danh can bo"
        "|ma bo gd|ma bo gddt|ma csdl|ma csdl nganh|ma moet|ma dinh danh csdl|ma hoc sinh bo gd|ma hoc sinh csdl"
    ),
    NAME: (
        "ho va ten|ho ten|ho dem va ten|ho va ten hoc sinh|ho ten hoc sinh|ten hoc sinh|ho va ten hs|ho ten hs|ten hs|hoc sinh"
        "|ho va ten tre|ho ten tre|ho va ten hoc vien|ho ten khai sinh|ho va ten khai sinh|full name|fullname"
        "|ho va ten giao vien|ho ten giao vien|ten giao vien|giao vien|ho va ten gv|ho ten gv|ten gv|ho va ten can bo"
        "|ho ten can bo|ten can bo|ho ten cb|ho va ten cb|ho ten cbgv|ho va ten cbgv|ho ten cbgvnv|ho va ten cbgvnv"
        "|ho va ten nhan vien|ho ten nhan vien|ho va ten cb gv nv|ho ten cb gv nv|ho va ten nhan su|ho ten nhan su"
    ),
    FAMILY: "ho dem|ho va dem|ho va ten dem|ho ten dem|ho lot|ho va lot|ho va chu lot|ho chu lot|ho va ten lot|ho",
    MIDDLE: "ten dem|dem|chu lot|ten lot",
    GIVEN: "ten",
    BIRTH: (
        "ngay sinh|ngay thang nam sinh|ngay thang sinh|ngay sinh hoc sinh|ngay sinh hs|sinh ngay|date of birth|dob"
        "|birthday|ngay thang nam"
    ),
    GENDER: "gioi tinh|gt|nam nu|phai|gender|sex",
    FEMALE: "nu",
    STATUS: "trang thai|tinh trang|trang thai hoc sinh|trang thai hoc|tinh trang hoc|trang thai lam viec|trang thai can bo",
    SCHOOL: "ma truong|ma truong hoc|ma don vi",
    PHONE: (
        "dien thoai|so dien thoai|sdt|so dt|dt|dtdd|di dong|phone|dien thoai lien he|so dien thoai lien he|sdt lien he"
        "|dien thoai di dong|so di dong|sdt nhan tin|so dien thoai nhan tin|sdt sms|sdt nhan slldt"
        "|so dien thoai nhan tin nhan|so dien thoai nhan slldt|sdt di dong|zalo|so zalo"
        "|so dien thoai giao vien|sdt giao vien|sdt gv|so dien thoai can bo"
    ),
    CLASS: "lop|lop hoc|ten lop|lop hien tai|nhom lop|ten nhom lop|ten lop hoc|class",
    GRADE: "khoi|khoi lop|khoi hoc|grade",
    RELATION: "quan he|moi quan he|quan he voi hoc sinh|quan he voi hs|quan he nguoi giam ho|quan he giam ho",
    POSITION: "chuc vu|chuc danh|vi tri viec lam|nhom chuc vu|chuc vu hien tai|loai can bo|vi tri|nhiem vu",
    HOMEROOM: "gvcn|chu nhiem|lop chu nhiem|chu nhiem lop|gvcn lop|cn lop|lop cn|giao vien chu nhiem",
    TEACHES: (
        "phan cong giang day|phan cong chuyen mon|phan cong|lop day|day lop|giang day|day cac lop|cac lop day"
        "|lop giang day|lop phan cong|cac lop giang day"
    ),
    SUBJECT: "mon day|mon|mon giang day|bo mon|day mon|mon hoc|mon day chinh|mon phu trach",
    DEPARTMENT: "to chuyen mon|to|to bo mon|thuoc to|to cm|to nhom chuyen mon|to khoi",
    EMAIL: "email|e mail|thu dien tu|gmail|dia chi email|hop thu",
    REPAIRED: "loi|loi can sua|error",
    NOT_KEPT: (
        "ghi chu|dan toc|ton giao|quoc tich|hoc luc|hanh kiem|diem tb|dtb|danh hieu|doan vien|doi vien|dang vien"
        "|khuyet tat|chinh sach|bhyt|so bhyt|ma bhyt|ma the bhyt|tai khoan|mat khau|ten dang nhap|trinh do|hop dong"
        "|khu vuc|anh|ky ten|chu ky|truong|ten truong|nam sinh|tuoi|chieu cao|can nang|loai hinh dao tao|he dao tao"
        "|nam hoc|hoc ky|buoi hoc|tinh|huyen|xa|phuong|thon|xom|nguyen quan|hoc ban|noi o|ma thong ke|ma vnedu|ma qr"
        "|so dang bo|dien uu tien|con liet si|con thuong binh|ho ngheo|luu ban|hoc ba|lop nam truoc|ngay vao truong"
    ),
}
EXACT = MappingProxyType({word: meaning for meaning, words in _WORDS.items() for word in words.split("|")})
# Anything that begins so is about papers, places or marks, whoever's they are.
NOT_KEPT_STARTS = (
    *(
        "so dinh danh",
        "ma dinh danh ca nhan",
        "ma dinh danh cong dan",
        "so ddcn",
        "so cccd",
        "cccd",
        "so cmnd",
        "cmnd",
        "can cuoc",
        "so can cuoc",
        "ho chieu",
    ),
    *("dia chi", "noi ", "que quan", "ho khau", "thuong tru", "tam tru", "cho o", "ngay cap", "diem ", "xep loai"),
    *("ngay vao", "ngay nhap", "ngay tuyen", "so nha", "tinh ", "huyen ", "xa ", "phuong ", "thon ", "trinh do "),
    *(
        "thong tin khac",
        "dan toc ",
        "ton giao ",
        "so nguoi",
        "hoan canh",
        "so tai khoan",
        "ngan hang",
        "doi tuong",
        "dien ",
        "con thu",
        "la con",
        "loai ",
        "kiem nhiem",
        "don vi",
        "ma so thue",
    ),
)
# Of a parent these are not kept either: only the name and where the letter can be announced to.
NOT_KEPT_OF_PARENTS = (
    *("nam sinh", "ngay sinh", "sinh nam", "nghe nghiep", "nghe", "cong viec", "noi", "cccd", "cmnd", "dinh danh"),
    *("can cuoc", "dia chi", "email", "trinh do", "dan toc", "ton giao", "quoc tich", "thu nhap", "facebook", "tuoi"),
    *("co quan", "don vi"),
)
FATHER_WORDS = frozenset({"cha", "bo"})
MOTHER_WORDS = frozenset({"me"})
GUARDIAN_WORDS = ("giam ho", "phu huynh", "do dau", "ph", "phhs", "cmhs")
PHONE_WORDS = ("dien thoai", "sdt", "so dt", "dtdd", "di dong", "phone", "dt", "zalo")
NAME_WORDS = frozenset(
    [
        "ho",
        "va",
        "ten",
        "hoc",
        "sinh",
        "hs",
        "cua",
        "nguoi",
        "la",
        "em",
        "tre",
        "hoac",
        "thong",
        "tin",
        "1",
        "2",
        "chinh",
    ]
)
# Said of whose the column is, and no more.
WHOSE = (
    "hoc sinh",
    "cua hoc sinh",
    "hs",
    "cua hs",
    "giao vien",
    "gv",
    "can bo",
    "cua tre",
    "tre",
    "hoc vien",
    "nhan vien",
)
PUPIL_WORDS = ("hoc sinh", "hs", "tre", "hoc vien")
STAFF_WORDS = ("giao vien", "gv", "can bo", "cb", "cbgv", "cbgvnv", "nhan vien", "nhan su")
