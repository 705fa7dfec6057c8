"""The office's own pages: people, acts that two administrators sign, the policy."""

from fastapi import APIRouter

router = APIRouter()
