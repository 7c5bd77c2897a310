#!/bin/sh
# Starts SeaweedFS for the compose stack: only the S3 port leaves the container, and every client has its own rights.
# The filer's and the master's own ports need no key, so they stay on the container's loopback. Runs under busybox.
set -eu
umask 077
rights() { # Allow, actions, resources: one statement
  printf '{\\"Effect\\":\\"Allow\\",\\"Action\\":[%s],\\"Resource\\":[%s]}' "$(quoted "" "$1")" "$(quoted arn:aws:s3::: "$2")"
}
quoted() {
  mark=""
  for word in $2; do
    printf '%s\\"%s%s\\"' "$mark" "$1" "$word"
    mark=,
  done
}
policy() { # name, statements
  printf '{"name":"%s","content":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[%s]}"}' "$1" "$2"
}
identity() { # name, key
  printf '{"name":"%s","credentials":[{"accessKey":"%s","secretKey":"%s"}],"policyNames":["%s"]}' "$1" "$1" "$2" "$1"
}
archive="$ARCHIVE_BUCKET $ARCHIVE_BUCKET/*"
logs="$LOGS_BUCKET $LOGS_BUCKET/*"
see="s3:ListBucket s3:GetObject"
put="s3:PutObject s3:AbortMultipartUpload s3:ListMultipartUploadParts"
cat >"$STORE_CONFIG" <<END
{"identities":[
 {"name":"root","credentials":[{"accessKey":"root","secretKey":"$STORE_ROOT_KEY"}],"actions":["Admin","Read","List","Tagging","Write"]},
 $(identity writer "$STORE_WRITER_KEY"),
 $(identity auditor "$STORE_AUDITOR_KEY"),
 $(identity reader "$STORE_READER_KEY"),
 $(identity logs "$STORE_LOGS_KEY"),
 {"name":"anonymous","actions":["Read:health"]}
],"policies":[
 $(policy writer "$(rights "$see $put" "$archive"),$(rights s3:DeleteObject "$ARCHIVE_BUCKET/catalog/*")"),
 $(policy auditor "$(rights "$see" "$archive")"),
 $(policy reader "$(rights s3:ListBucket "$ARCHIVE_BUCKET $LOGS_BUCKET"),$(rights s3:GetObject "$ARCHIVE_BUCKET/raw/* $ARCHIVE_BUCKET/clean/* $ARCHIVE_BUCKET/catalog/* $ARCHIVE_BUCKET/generation/* $ARCHIVE_BUCKET/release/* $LOGS_BUCKET/*")"),
 $(policy logs "$(rights "$see $put" "$logs")")
]}
END
unset STORE_ROOT_KEY STORE_WRITER_KEY STORE_AUDITOR_KEY STORE_READER_KEY STORE_LOGS_KEY
# Off unless asked for: then an acknowledged object survives a kill, but not a power cut.
(
  until echo 'fs.configure -locationPrefix=/buckets/ -fsync=true -apply' | weed shell -master=127.0.0.1:9333 2>&1 | grep -q fsync; do
    sleep 1
  done
) &
exec weed -logtostderr=true server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 -disableHttp -filer -s3 \
  -s3.ip.bind=0.0.0.0 -s3.port=8333 -s3.config="$STORE_CONFIG" -s3.port.iceberg=0 -s3.port.lance=0 \
  -s3.autoCreateBucket=false -s3.allowDeleteBucketNotEmpty=false \
  -volume.max=0 -volume.preStopSeconds=1 -master.volumeSizeLimitMB="${STORE_VOLUME_MB:-1024}" -master.telemetry=false
