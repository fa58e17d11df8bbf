-- 開発用サンプルデータ: the tables are Prisma's, so that this comes after its migrations. Twice is the same as once.
INSERT INTO organization (organization_id, organization_code, name, address, created_at, updated_at)
VALUES ('ORG-001', 'DEV-ORG', '開発用物流企業', '東京都千代田区丸の内1-1-1', NOW(), NOW())
ON CONFLICT DO NOTHING;

INSERT INTO branch (branch_id, organization_id, branch_code, name, address, latitude, longitude, created_at, updated_at)
VALUES
  ('BR-001', 'ORG-001', 'TKY-01', '東京本社', '東京都千代田区丸の内1-1-1', 35.6812, 139.7671, NOW(), NOW()),
  ('BR-002', 'ORG-001', 'OSA-01', '大阪支社', '大阪府大阪市北区梅田1-1-1', 34.7024, 135.4959, NOW(), NOW())
ON CONFLICT DO NOTHING;

INSERT INTO "user" (user_id, organization_id, branch_id, login_id, password_hash, name, email, role, created_at, updated_at)
VALUES
  ('U-001', 'ORG-001', 'BR-001', 'admin', '$2b$10$dev_hash_admin', '管理者', 'admin@example.com', 'ADMIN', NOW(), NOW()),
  ('U-002', 'ORG-001', 'BR-001', 'dispatcher01', '$2b$10$dev_hash_dispatcher', '配車担当A', 'dispatcher01@example.com', 'DISPATCHER', NOW(), NOW()),
  ('U-003', 'ORG-001', 'BR-001', 'driver01', '$2b$10$dev_hash_driver', 'ドライバーA', 'driver01@example.com', 'DRIVER', NOW(), NOW())
ON CONFLICT DO NOTHING;

INSERT INTO vehicle (vehicle_id, branch_id, vehicle_number, vehicle_type, max_load_weight, status, created_at, updated_at)
VALUES
  ('V-001', 'BR-001', '品川500あ1234', 'TRUCK_2TON', 2000.00, 'AVAILABLE', NOW(), NOW()),
  ('V-002', 'BR-001', '品川500あ5678', 'TRUCK_4TON', 4000.00, 'AVAILABLE', NOW(), NOW())
ON CONFLICT DO NOTHING;

INSERT INTO driver (driver_id, branch_id, employee_number, name, license_number, status, created_at, updated_at)
VALUES
  ('D-001', 'BR-001', 'EMP-001', '山田太郎', 'DL12345678', 'AVAILABLE', NOW(), NOW()),
  ('D-002', 'BR-001', 'EMP-002', '佐藤花子', 'DL87654321', 'AVAILABLE', NOW(), NOW())
ON CONFLICT DO NOTHING;

INSERT INTO customer (customer_id, organization_id, customer_code, name, phone_number, email, created_at, updated_at)
VALUES
  ('C-001', 'ORG-001', 'CUST-001', 'ABC商事株式会社', '03-1234-5678', 'contact@abc.co.jp', NOW(), NOW()),
  ('C-002', 'ORG-001', 'CUST-002', 'XYZ物産株式会社', '06-9876-5432', 'info@xyz.co.jp', NOW(), NOW())
ON CONFLICT DO NOTHING;
