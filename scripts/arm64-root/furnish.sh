# Run once in the root by its own bash: does what Debian's maintainer scripts would, which never ran, and makes it look
# like Amazon Linux 2023 where a document could tell.
set -euo pipefail

cp /usr/share/base-passwd/passwd.master /etc/passwd
cp /usr/share/base-passwd/group.master /etc/group
sed -i 's/^root:[^:]*:/root:x:/' /etc/passwd
(umask 0077 && echo 'root:*:19000:0:99999:7:::' >/etc/shadow)

# Amazon Linux has gawk, and bash as sh.
ln -s gawk /usr/bin/awk
ln -sf bash /usr/bin/sh
ldconfig
echo '127.0.0.1 localhost on-instance' >/etc/hosts
mkdir -p /etc/systemd/system /var/log /var/tmp /root /opt /srv /media /mnt
chmod 1777 /tmp /var/tmp
rm -rf /usr/share/{doc,info,locale,man,lintian,perl} /usr/lib/aarch64-linux-gnu/perl* /var/cache/apt /var/lib/apt
: >/etc/machine-id

# As pam-auth-update would leave them, without passwords.
for kind in auth account password session; do
  echo "$kind required pam_permit.so" >"/etc/pam.d/common-$kind"
done

mv /usr/bin/systemctl /usr/share/stand-ins/systemctl.real
install -m 0755 /usr/share/stand-ins/bin/* /usr/bin/
# Debian's own is in /usr/sbin, which comes before /usr/bin on the path.
mkdir -p /usr/local/sbin
mv /usr/bin/sysctl /usr/local/sbin/sysctl
cp -R /usr/share/stand-ins/base/. /
SYSTEMD_OFFLINE=1 /usr/share/stand-ins/systemctl.real enable amazon-ssm-agent.service
mkdir -p /var/lib/stand-ins/installed
: >/var/lib/stand-ins/installed/ec2-instance-connect
