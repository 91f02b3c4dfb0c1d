export * from './libvirt.config.js';
export * from './libvirt.driver.js';
