# Sourced by train.sh and check: makes the Python environment of requirements.txt in the folder $work where it is not there, or
# is another's, and sets $python. Downloads only then.
python=$work/venv/bin/python
if ! cmp -s "$here/requirements.txt" "$work/venv/requirements.txt"; then
  python3 -m venv --clear "$work/venv"
  "$python" -m pip install --quiet --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$work/venv/requirements.txt"
fi
