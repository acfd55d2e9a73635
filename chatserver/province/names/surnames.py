"""Family names of each people of the northern uplands, with the weight each has among them."""

# The Kinh weights follow the published national frequencies, with the northern forms
# (Hoàng and Vũ, not Huỳnh and Võ) and the Thân, Giáp and Ong families of the Thương valley.
KINH = """
    Nguyễn:38 Trần:10.5 Lê:8.5 Phạm:6.6 Hoàng:4.6 Vũ:3.9 Đặng:2.1 Bùi:2.2 Đỗ:2.1 Ngô:1.7 Dương:1.9
    Phan:1.6 Đinh:1.1 Trịnh:0.9 Đào:1.0 Lương:0.9 Hà:0.8 Tạ:0.6 Mai:0.5 Cao:0.5 Thân:1.1 Giáp:0.7
    Chu:0.6 Lưu:0.5 Đoàn:0.6 Phùng:0.5 Tô:0.3 Vương:0.3 Trương:0.7 Lại:0.2 Tống:0.2 Nghiêm:0.15
    Quách:0.1 Khổng:0.15 Ong:0.15 Hồ:0.2 Doãn:0.1 Thái:0.1 Tăng:0.15 Diêm:0.1
"""
TAY = """
    Hoàng:17 Nông:16 Hà:8 Lý:6 Ma:7 Triệu:5 Lường:5 Đàm:4 Bế:3 Lục:3 Nguyễn:8 Dương:3 Hứa:3 Vi:3
    Lương:3 La:2 Phùng:1.5 Đinh:1.5 Chu:1 Nịnh:0.4 Ngôn:0.5 Liêu:0.4 Đồng:1 Quan:0.6
"""
NUNG = """
    Nông:20 Hoàng:14 Vi:11 Lương:6 Triệu:5 Lý:5 Hứa:4 Lâm:4 Chu:3.5 Mông:2.5 Đàm:2.5 Lã:2 Sầm:2
    Lành:1.5 Tô:2 Phùng:2 Long:1.5 Phan:1 Đinh:1 Vy:2 Nguyễn:3 Lô:1 Âu:0.5
"""
MONG = "Giàng:17 Sùng:15 Vàng:10 Thào:9 Lý:11 Hầu:5 Ma:5 Dương:9 Hoàng:6 Vừ:4 Lầu:4 Mùa:3 Cháng:3 Hạng:2"
DAO = "Bàn:22 Triệu:21 Đặng:19 Lý:13 Phùng:6 Dương:5 Hoàng:5 Phàn:3 Trương:1.5 Tằng:1 Bồn:0.8 Chíu:0.7"
THAI = "Lò:27 Quàng:9 Lường:11 Vi:9 Hà:8 Cà:6 Tòng:6 Lô:5 Cầm:3 Lèo:2.5 Hoàng:4 Bạc:1.5 Đèo:1 Mè:1.5"
