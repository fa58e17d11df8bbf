// 位置履歴とログ: runs once, when the volume is empty.
db = db.getSiblingDB('tracking_logs');

db.createCollection('vehicle_locations');
db.createCollection('application_logs');

db.vehicle_locations.createIndex({ vehicle_id: 1, timestamp: -1 });
db.vehicle_locations.createIndex({ location: '2dsphere' });
db.vehicle_locations.createIndex({ timestamp: 1 }, { expireAfterSeconds: 7776000 }); // 90日で削除

db.vehicle_locations.insertMany([
  {
    vehicle_id: 'V-001',
    timestamp: new Date(),
    location: { type: 'Point', coordinates: [139.7671, 35.6812] },
    speed: 0,
    heading: 0,
    status: 'STOPPED',
  },
  {
    vehicle_id: 'V-002',
    timestamp: new Date(),
    location: { type: 'Point', coordinates: [135.4959, 34.7024] },
    speed: 0,
    heading: 0,
    status: 'STOPPED',
  },
]);

print('MongoDB initialization completed!');
